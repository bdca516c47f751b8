//! What an empty database is begun with: a tenant and an administrator.

use musubi_domain::error::Error;
use musubi_domain::messages::Message;
use musubi_domain::user::RIGHTS;
use musubi_service::tenant::{TenantCreate, tenant_create};
use musubi_service::user::UserCreate;
use musubi_service::{Service, Source as _, SystemSource};

use super::tell;
use crate::failure::Failure;
use crate::output::Output;

/// The signs of a password: 32, so that every byte gives one as likely as the others, and none that is taken for another.
const SIGNS: [char; 32] = [
    'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'm', 'n', 'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y',
    'z', '2', '3', '4', '5', '6', '7', '8', '9',
];
/// The length of a password: 100 bits.
const LENGTH: usize = 20;
/// The login ID of the administrator.
const LOGIN: &str = "admin";

/// Makes the tenant and the administrator, and shows the password this once.
pub(super) async fn begin_tenant(service: &Service, output: Output) -> Result<(), Failure> {
    let password = password(SystemSource.seed());
    let administrator = UserCreate {
        login_id: LOGIN.to_owned(),
        family_name: "システム".to_owned(),
        first_name: "管理者".to_owned(),
        // Nobody has said one yet; the name is reserved for what leads nowhere (RFC 2606, 2).
        mail: "admin@musubi.invalid".to_owned(),
        rights: RIGHTS.map(str::to_owned).to_vec(),
        password: Some(password.clone()),
        ..UserCreate::default()
    };
    let (code, name) = ("main".to_owned(), "自社".to_owned());
    let command = TenantCreate { code, name, hosts: Vec::new(), administrator: Some(administrator) };
    match tenant_create(service, command).await {
        Ok(_) => {}
        // Another instance began at the same moment and was first: its administrator is the one.
        Err(error) if is_taken(&error) => return Ok(()),
        Err(error) => return Err(error.into()),
    }
    tell(
        output,
        output.choose(
            "最初の企業 main と管理者を作成しました。パスワードはこの 1 回だけ表示します。",
            "The first tenant, main, and its administrator are made. The password is shown this once.",
        ),
    )?;
    tell(output, &format!("  {}: {LOGIN}", output.choose("ログインID", "login")))?;
    tell(output, &format!("  {}: {password}", output.choose("パスワード", "password")))
}

/// Whether something of this name was there already.
pub(super) fn is_taken(error: &Error) -> bool {
    error.problems().iter().any(|problem| problem.message == Message::Taken)
}

/// A password that nobody guesses and everybody can type.
pub(super) fn password(seed: [u8; 32]) -> String {
    seed.iter().take(LENGTH).filter_map(|byte| SIGNS.get(usize::from(byte % 32))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn a_password_has_twenty_signs_that_are_told_from_each_other() {
        assert_eq!(SIGNS.iter().collect::<HashSet<_>>().len(), 32);
        assert!(!SIGNS.iter().any(|sign| "0o1l".contains(*sign)));
        let password = password(SystemSource.seed());
        assert_eq!(password.chars().count(), LENGTH);
    }
}
