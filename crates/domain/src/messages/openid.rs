//! What is said of the OpenID provider: its clients, scopes and requests.

use super::Message;
use super::catalogue::{Entry, say};

impl Message {
    pub(super) fn openid_entry(&self) -> Option<Entry> {
        Some(match self {
            Self::UnreadableRequest => say(
                "unreadable_request",
                "リクエストを読み取れません。長すぎるか、同じ項目が 2 回指定されています。連携サービスの管理者に連絡してください。",
                "The request cannot be read: it is too long, or gives something twice. Tell the administrator of the service that sent you here.",
            ),
            Self::ContradictingClient => say(
                "contradicting_client",
                "サインアウトのリクエストの client_id が、IDトークンを受け取ったクライアントと違います。連携サービスの管理者に連絡してください。",
                "The client_id of the request to sign out is not the client that the ID token was given to. Tell the administrator of the service that sent you here.",
            ),
            Self::UnknownOauthClient => say(
                "unknown_oauth_client",
                "登録されていないクライアントからのリクエストです。連携サービスの管理者に連絡してください。",
                "The request comes from a client that is not registered. Tell the administrator of the service that sent you here.",
            ),
            Self::UnregisteredRedirectUri => say(
                "unregistered_redirect_uri",
                "戻り先の URL(redirect_uri)がクライアントに登録されていません。連携サービスの管理者に連絡してください。",
                "The place to return to (redirect_uri) is not registered for the client. Tell the administrator of the service that sent you here.",
            ),
            Self::UnknownScope { name } => (
                "unknown_scope",
                format!("スコープ {name} はありません。scope list で確認してください。"),
                format!("There is no scope {name}. See scope list."),
            ),
            Self::BeyondClientScope => say(
                "beyond_client_scope",
                "クライアントに許可されていないスコープです。client set --scope で許可してください。",
                "The client may not have this scope. Allow it with client set --scope.",
            ),
            Self::NotRedirectUri => say(
                "not_redirect_uri",
                "https:// か http:// で始まる URL、またはドットを含む独自スキームの URI を、# とユーザー情報を付けずに半角で指定してください。",
                "Give an https or http URL, or a URI with a scheme of your own that has a dot; in ASCII, without # and without user information.",
            ),
            Self::UnknownClaim { name } => {
                ("unknown_claim", format!("クレーム {name} はありません。"), format!("There is no claim {name}."))
            }
            Self::NoSecretForPublicClients => say(
                "no_secret_for_public_clients",
                "公開クライアントにはシークレットがありません。",
                "A public client has no secret.",
            ),
            Self::NotKeyValue => {
                say("not_key_value", "名前=値 の形で指定してください。", "Give a name and a value with = between them.")
            }
            _ => return None,
        })
    }
}
