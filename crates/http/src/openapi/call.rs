//! A call of the document: what it takes, what it answers, how it fails.

use musubi_domain::scope;
use serde_json::{Map, Value, json};

use super::answers::{self, Failing, Form, INTERNAL, Methods, NO_TENANT};
use super::schema::{reference, set};

/// A call.
pub(super) struct Call {
    pub(super) path: &'static str,
    pub(super) operation: &'static str,
    /// The word that it is listed under.
    pub(super) tag: &'static str,
    pub(super) summary: &'static str,
    pub(super) description: String,
    pub(super) takes: Takes,
    /// The schema of the answer, and an example.
    pub(super) answers: (&'static str, &'static str),
    /// E051, where a key can point at nothing.
    pub(super) missing: Option<Failing>,
}

/// What a call takes.
pub(super) enum Takes {
    /// A POST with a body.
    Body {
        /// The schema of the body.
        schema: &'static str,
        /// Examples: key, summary, text.
        examples: &'static [(&'static str, &'static str, &'static str)],
        /// E041.
        invalid: Failing,
    },
    /// A GET, or a POST whose body says nothing.
    Nothing,
}

impl Call {
    const fn methods(&self) -> Methods {
        match self.takes {
            Takes::Body { .. } => Methods::Post,
            Takes::Nothing => Methods::GetAndPost,
        }
    }

    const fn invalid(&self) -> Option<&Failing> {
        match &self.takes {
            Takes::Body { invalid, .. } => Some(invalid),
            Takes::Nothing => None,
        }
    }

    /// The operations of the path.
    pub(super) fn path_item(&self) -> Value {
        match &self.takes {
            Takes::Body { schema, examples, .. } => {
                let mut post = self.operation(self.operation, true);
                set(&mut post, "requestBody", body(schema, examples));
                json!({"post": post})
            }
            Takes::Nothing => {
                let mut post = self.operation(&format!("{}ByPost", self.operation), true);
                set(&mut post, "requestBody", unread_body());
                json!({"get": self.operation(self.operation, false), "post": post})
            }
        }
    }

    fn operation(&self, id: &str, is_post: bool) -> Value {
        json!({
            "operationId": id,
            "tags": [self.tag],
            "summary": self.summary,
            "description": self.description,
            "security": security(self.path),
            "parameters": [{"$ref": "#/components/parameters/AcceptLanguage"}],
            "responses": self.responses(is_post),
        })
    }

    fn responses(&self, is_post: bool) -> Value {
        let form = Form::of(self.path);
        let missing: Vec<_> = [Some(&NO_TENANT), self.missing.as_ref()].into_iter().flatten().collect();
        let mut responses = Map::new();
        responses.insert("200".to_owned(), self.success());
        if let Some(invalid) = self.invalid() {
            responses
                .insert("400".to_owned(), answers::answer(form, "リクエストを受け付けられません。", &[invalid], None));
        }
        responses.insert("404".to_owned(), answers::answer(form, "見つかりません。", &missing, None));
        for shared in answers::shared(form).iter().filter(|shared| shared.is_of(self.methods(), is_post)) {
            let reference = json!({"$ref": format!("#/components/responses/{}", shared.name)});
            responses.insert(shared.status.to_owned(), reference);
        }
        Value::Object(responses)
    }

    /// The answer with 200: success, or what the tenant has answered with 200.
    fn success(&self) -> Value {
        let (form, (schema, example)) = (Form::of(self.path), self.answers);
        let mut examples = Map::new();
        examples.insert("S000".to_owned(), json!({"summary": "成功", "value": read(example)}));
        let soft: Vec<_> = [self.invalid(), Some(&INTERNAL), self.missing.as_ref()].into_iter().flatten().collect();
        if let Value::Object(failures) = answers::examples(form, &soft) {
            examples.extend(failures);
        }
        let schema = json!({"oneOf": [reference(schema), reference(&form.named("Failure"))]});
        json!({
            "description": "成功。失敗を 200 で返す設定のテナントでは、一部の失敗もこのステータスで返します。",
            "headers": answers::headers(None),
            "content": {"application/json": {"schema": schema, "examples": examples}},
        })
    }
}

fn body(schema: &str, examples: &[(&str, &str, &str)]) -> Value {
    let example = |(key, summary, text): &(&str, &str, &str)| {
        ((*key).to_owned(), json!({"summary": summary, "value": read(text)}))
    };
    let examples: Value = examples.iter().map(example).collect();
    json!({
        "required": true,
        "content": {"application/json": {"schema": reference(schema), "examples": examples}},
    })
}

/// The body of a call that takes nothing.
fn unread_body() -> Value {
    let examples = json!({"empty": {"summary": "空のオブジェクト", "value": {}}});
    json!({
        "description": "本文は要りません。付けても中は見ません(Content-Type とサイズは判定します)。",
        "required": false,
        "content": {"application/json": {"schema": {"description": "何でもかまいません。"}, "examples": examples}},
    })
}

/// One of the scopes that the table gives for the path is enough.
fn security(path: &str) -> Value {
    scope::SHIPPED.iter().filter(|(own, _)| *own == path).map(|(_, scope)| json!({"bearer": [scope]})).collect()
}

fn read(example: &str) -> Value {
    serde_json::from_str(example).expect("a test reads every example")
}
