//! `musubi serve --demo`: a folder with demo data, and the first call to make.

use std::fs::Permissions;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::os::unix::fs::PermissionsExt as _;

use musubi_domain::id::TenantNo;
use musubi_service::Service;
use musubi_service::demo::{DemoSize, demo_create};
use musubi_service::token::{TokenCreate, token_create};
use tempfile::TempDir;

use super::first_start::is_taken;
use super::{scheme, tell};
use crate::failure::Failure;
use crate::output::Output;
use crate::settings::{Settings, masked};

/// What the token of the introduction may do, and for how long: 30 days.
const SCOPE: &str = "crm:read crm:write organization:read";
const SECONDS: i64 = 30 * 86_400;
/// The body of the first call.
const BODY: &str = r#"{"param":{"requiredConditions":{"pagination":{"offset":0,"limit":10}}}}"#;

/// Puts the data into a folder that goes with the value.
pub(super) fn throw_away(settings: &mut Settings) -> Result<TempDir, Failure> {
    let folder = tempfile::Builder::new().prefix("musubi-demo-").permissions(Permissions::from_mode(0o700)).tempdir();
    let folder = folder.map_err(|error| {
        Failure::plain(
            format!("一時フォルダーを作成できません ({error})"),
            format!("no temporary folder can be made ({error})"),
        )
    })?;
    folder.path().clone_into(&mut settings.data);
    Ok(folder)
}

/// Makes the demo data; none where another instance was first.
pub(super) async fn create(service: &Service) -> Result<Option<TenantNo>, Failure> {
    match demo_create(service, DemoSize::default()).await {
        Ok(tenant) => Ok(Some(tenant)),
        Err(error) if is_taken(&error) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Says where the data is, and a first call that can be pasted.
pub(super) async fn introduce(
    service: &Service,
    tenant: TenantNo,
    settings: &Settings,
    address: SocketAddr,
    output: Output,
) -> Result<(), Failure> {
    let place = settings.database_url.as_deref().map_or_else(|| settings.data.display().to_string(), masked);
    let command = TokenCreate { scope: SCOPE.to_owned(), seconds: Some(SECONDS), ..TokenCreate::default() };
    let token = token_create(service, &service.command_context(tenant), command).await?;
    let reached = SocketAddr::new(
        if address.ip().is_unspecified() { IpAddr::V4(Ipv4Addr::LOCALHOST) } else { address.ip() },
        address.port(),
    );
    tell(output, &format!("{}: {place}", output.choose("デモデータ", "demo data")))?;
    tell(output, output.choose("最初の呼び出し(そのまま貼り付けて実行できます):", "A first call, ready to paste:"))?;
    tell(
        output,
        &format!(
            "curl -s {}://{reached}/api/crm/get-client-list -H 'Authorization: Bearer {token}' -H 'Content-Type: application/json' -d '{BODY}'",
            scheme(settings)
        ),
    )
}
