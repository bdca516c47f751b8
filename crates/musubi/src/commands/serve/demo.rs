//! `musubi serve --demo`: a folder with demo data, and the first call to make.

use std::fs::Permissions;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::os::unix::fs::PermissionsExt as _;

use musubi_domain::id::TenantNo;
use musubi_domain::rights::named;
use musubi_service::demo::{DemoSize, demo_create};
use musubi_service::token::{TokenCreate, token_create};
use musubi_service::user::{UserSet, user_set};
use musubi_service::user_right::{UserRights, user_right_list};
use musubi_service::{Service, Source as _, SystemSource};
use tempfile::TempDir;

use super::first_start::{is_taken, password};
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

/// Gives the administrator of the demo a password. His login ID and the password.
async fn administrator(service: &Service, tenant: TenantNo) -> Result<Option<(String, String)>, Failure> {
    let context = service.command_context(tenant);
    let people = user_right_list(service, &context).await?;
    let may_grant = |person: &UserRights| person.rights.iter().any(|right| right == named::GRANTS);
    let Some(login) = people.into_iter().find(may_grant).map(|person| person.user.login_id) else { return Ok(None) };
    let password = password(SystemSource.seed());
    let change = UserSet { password: Some(password.clone()), ..UserSet::default() };
    user_set(service, &context, login.clone(), change).await?;
    Ok(Some((login, password)))
}

/// Says where the data is, who can sign in, and a first call that can be pasted.
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
    if let Some((login, password)) = administrator(service, tenant).await? {
        let words = [("サインイン", "Sign in"), ("ログインID", "login"), ("パスワード", "password")];
        let [sign_in, login_id, shown] = words.map(|(ja, en)| output.choose(ja, en));
        let at = format!("{}://{reached}/", scheme(settings));
        tell(output, &format!("{sign_in}: {at} ({login_id}: {login}, {shown}: {password})"))?;
    }
    tell(output, output.choose("最初の呼び出し(そのまま貼り付けて実行できます):", "A first call, ready to paste:"))?;
    tell(
        output,
        &format!(
            "curl -s {}://{reached}/api/crm/get-client-list -H 'Authorization: Bearer {token}' -H 'Content-Type: application/json' -d '{BODY}'",
            scheme(settings)
        ),
    )
}
