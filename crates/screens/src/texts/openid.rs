//! Texts of the console of the OpenID provider.

texts! {
    title: "OpenID管理コンソール", "OpenID console";
    endpoints: "接続情報", "Endpoints";
    endpoints_lead: "多くの製品では、ディスカバリーのURLとクライアントID、シークレットを設定すれば、サインインできるようになります。",
        "Most products need the discovery URL, a client ID and its secret, and nothing else.";
    discovery: "ディスカバリーのURL", "Discovery";
    issuer: "発行者(issuer)", "Issuer";
    authorize: "認可", "Authorization";
    token_endpoint: "トークン発行", "Token";
    userinfo: "ユーザー情報", "Userinfo";
    jwks: "公開キー", "Public keys";
    revoke: "トークンの無効化", "Revocation";
    introspect: "トークンの検査", "Introspection";
    logout: "サインアウト", "Sign-out";
    contract_token: "契約管理APIのトークン発行", "Token of the contract API";

    // Clients.
    clients: "クライアント", "Clients";
    clients_none: "クライアントはまだありません。", "There are no clients yet.";
    clients_why: "Musubi のアカウントでサインインするアプリや、APIを呼び出すプログラムを登録します。",
        "An application that people sign in to with Musubi, or a program that calls the API, is registered here.";
    client_new: "クライアントを登録", "Register a client";
    client_edit: "クライアントの編集", "Edit a client";
    client_name: "名前", "Name of the client";
    client_name_hint: "同意画面と、データの作成者・更新者に表示します。", "Shown where people give consent, and as who created or changed records.";
    client_id: "クライアントID", "Client ID";
    client_secret: "クライアントシークレット", "Client secret";
    client_ready: "クライアントの準備ができました", "The client is ready";
    client_created_public: "公開クライアントにはシークレットがありません。PKCE を使ってサインインします。", "A public client has no secret. It signs people in with PKCE.";
    secret_once: "シークレットが表示されるのは、この1回だけです。いま控えてください。", "The secret is shown this once only. Keep it now.";
    secret_noted: "控えました", "I have kept it";
    secret_renew: "シークレットを新しくする", "Renew the secret";
    secret_renew_of: "「{}」のシークレットを新しくしますか", "Renew the secret of {}?";
    secret_old_over: "いまのシークレットは、すぐに使えなくなります。", "The present secret is worth nothing from then on.";
    secret_tokens_stay: "発行済みのトークンは、期限まで使えます。", "Tokens that were given stay good until they end.";
    kind: "種類", "Kind";
    confidential: "機密クライアント", "Confidential";
    confidential_hint: "サーバーで動くプログラム。シークレットを持ちます", "Runs on a server and keeps a secret";
    public: "公開クライアント", "Public";
    public_hint: "ブラウザーや端末だけで動くプログラム。PKCE が必須です", "Runs in a browser or on a device alone; PKCE is required";
    about: "基本設定", "About";
    places: "戻り先", "Where the browser goes";
    redirect_uris: "リダイレクトURI", "Redirect URIs";
    redirect_uris_hint: "1行に1つずつ入力します。1文字でも違うと戻りません。", "One in a line. The browser goes back only to exactly these.";
    logout_uris: "サインアウト後のURI", "URIs after sign-out";
    logout_uris_hint: "1行に1つずつ入力します。", "One in a line.";
    released: "渡す情報", "What it is told";
    scopes: "スコープ", "Scopes";
    scopes_hint: "ここで選んだスコープだけを要求できます。", "Only these can be asked for.";
    scope_is_off: "無効になっています", "Disabled";
    claims: "クレームの形式", "Form of claims";
    claims_standard: "標準(OpenID Connect)", "Standard (OpenID Connect)";
    claims_standard_hint: "一般の製品に", "For most products";
    claims_robotid: "RobotID 互換", "Like RobotID";
    claims_robotid_hint: "RobotID に対応したプログラムに", "For programs made for RobotID";
    tokens: "トークンの設定", "Tokens";
    tokens_living: "有効なトークン", "Tokens that live";
    refresh_days: "リフレッシュトークンの日数", "Days of refresh tokens";
    refresh_days_hint: "同意した日から数えます。空欄なら30日です。", "Counted from consent. Empty: 30.";
    rate: "1分間のリクエスト数", "Requests in a minute";
    rate_hint: "空欄ならセキュリティ設定に従います。0なら制限しません。", "Empty: as the security settings say. 0: any number.";
    addresses: "許可するネットワーク", "Allowed networks";
    addresses_hint: "例: 203.0.113.0/24。1行に1つずつ入力します。空欄なら制限しません。", "For example 203.0.113.0/24, one in a line. Empty: from anywhere.";
    options: "オプション", "Options";
    rotate: "リフレッシュトークンを毎回更新", "Refresh tokens change with each use";
    rotate_hint: "公開クライアントでは常に有効です", "Always so for public clients";
    credentials: "プログラム自身のトークン", "Tokens of its own";
    credentials_hint: "client_credentials。APIスコープだけを受け取れます", "client_credentials, for API scopes only";
    all_rights: "すべての権限を使える", "Has all rights";
    all_rights_hint: "チェックを外すと、下で選んだ権限だけになります", "Otherwise the rights chosen below alone";
    machine: "プログラムとして動くときの権限", "Rights where no person acts";
    machine_hint: "人がサインインしているときは、その人の権限で動きます。自分にない権限は付与できません。",
        "Where a person has signed in, the person's rights count. Nobody gives rights that he has not himself.";
    remove_tokens: "発行済みのトークンは、すぐに使えなくなります。", "All of its tokens end at once.";
    remove_sign_in: "このアプリには、Musubi のアカウントでサインインできなくなります。", "Nobody can sign in to it with Musubi any more.";
    remove_names: "作成者や更新者としての名前は、データに残ります。", "Records that it made still name it.";
    consents: "許可した人", "Who has allowed it";
    consents_hint: "サインインしていない間のアクセスを許可した人です。", "People who let it use their account while they are away.";
    consents_none: "許可した人はいません。", "Nobody has allowed it.";
    consents_more: "ほかにもいます。各ユーザーのページで確認できます。", "There are more; each person's page shows what was allowed.";

    // Scopes.
    scope_new: "スコープを追加", "Add a scope";
    scope_edit_of: "スコープ「{}」の編集", "Edit the scope {}";
    scope_name: "スコープ名", "Name of the scope";
    scope_name_hint: "半角英数字と記号。例: ks3_staff", "Letters, digits and signs, for example ks3_staff";
    scope_system: "システムスコープ", "System scopes";
    scope_system_hint: "サインインした人の情報を渡します。", "They release claims of the person who signs in.";
    scope_api: "APIスコープ", "API scopes";
    scope_api_hint: "APIの呼び出しを許可します。", "They open calls of the API.";
    scope_claims: "渡すクレーム", "Claims";
    scope_paths: "呼び出せるAPI", "Calls";
    scope_paths_hint: "追加だけができます。減らすときは、作り直してください。", "Calls can be added. To take one away, make the scope anew.";
    scope_title_ja: "同意画面の説明(日本語)", "What people are told, in Japanese";
    scope_title_en: "同意画面の説明(英語)", "What people are told, in English";
    scope_title_hint: "空欄ならスコープ名を表示します。", "Where it is empty, the name is shown.";
    scope_taken: "同じ名前のスコープがあります。", "There is a scope of this name.";
    scope_ships: "標準のスコープは削除できません。使わないときは無効にしてください。", "A scope that ships cannot be removed. Disable it instead.";
    scope_gone_api: "このスコープだけを持つトークンでは、APIを呼び出せなくなります。", "Tokens that have no other scope open no call any more.";
    scope_gone_system: "このスコープのクレームは、どのアプリにも渡されなくなります。", "No application is told its claims any more.";
    scope_on_done: "スコープを有効にしました。", "The scope is enabled.";
    scope_off_done: "スコープを無効にしました。発行済みのトークンでも、すぐに使えなくなります。", "The scope is disabled, for tokens that were given too.";
    on: "有効", "Enabled";
    off: "無効", "Disabled";
    turn_on: "有効にする", "Enable";
    turn_off: "無効にする", "Disable";

    // Tokens.
    tokens_title: "トークン", "Tokens";
    tokens_none: "有効なトークンはありません。", "There are no living tokens.";
    tokens_why: "APIを呼び出すプログラムには、ここでトークンを発行できます。", "A token for a program that calls the API can be given out here.";
    number: "番号", "Number";
    token: "トークン", "Token";
    token_new: "APIトークンを発行", "Give out a token";
    token_create: "発行する", "Give out";
    token_ready: "トークンを発行しました", "The token is ready";
    token_once: "トークンが表示されるのは、この1回だけです。いま控えてください。", "The token is shown this once only. Keep it now.";
    token_revoke: "無効にする", "Revoke";
    token_revoked: "トークンを無効にしました。", "The token has been revoked.";
    token_who: "利用者", "Who acts";
    token_user: "人として動かす場合のログインID", "Login ID of a person who acts with it";
    token_user_hint: "その人の権限で動きます。空欄ならプログラムとして動きます。", "It has the person's rights. Empty: a program acts.";
    token_client: "クライアント", "Client";
    token_client_hint: "クライアントのトークンとして発行するときに選びます。", "Where it is a token of a client.";
    token_days: "期限", "Lives for";
    token_rights_hint: "何も選ばなければ、すべての権限になります。自分にない権限は付与できません。", "None chosen: all rights. Nobody gives rights that he has not himself.";
    days: "{}日", "{} days";
    source: "発行元", "Given out by";
    source_hand: "管理者", "An administrator";
    source_endpoint: "サインイン", "Sign-in";
    source_contract: "契約管理API", "Contract API";

    // Keys.
    keys: "署名キー", "Signing keys";
    keys_lead: "IDトークンの署名に使います。90日ごとに自動で新しくなるため、ふだんは操作が要りません。", "They sign ID tokens, and are replaced every 90 days by themselves.";
    kid: "キーの名前(kid)", "Name (kid)";
    key_from: "使用開始", "Used from";
    key_until: "公開終了", "Published until";
    key_next: "次に使用", "Next";
    key_used: "使用中", "In use";
    key_old: "公開のみ", "Replaced";
    key_over: "終了", "Over";
    key_rotate_title: "キーを新しくする", "Replace the key";
    key_rotate_hint: "漏れたおそれがあるときだけ、すぐに使い始めてください。", "Use the new one at once only where the old one may have leaked.";
    key_rotate: "1日後から使う", "Use a new one in a day";
    key_rotate_now: "すぐに使う", "Use a new one now";
    key_rotated: "次のキーを公開しました。1日後から使います。", "The next key is published and used in a day.";
    key_replaced: "新しいキーを使い始めました。", "The new key is in use.";
}
