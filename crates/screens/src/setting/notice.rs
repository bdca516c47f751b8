//! Notices of the top page.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use musubi_domain::id::NoticeNo;
use musubi_domain::top_page::{NewNotice, Notice, day};
use musubi_service::top_page::{TopPageSettings, notice_create, notice_remove, notice_set, top_page_show};

use crate::error::{Failure, Wrong};
use crate::form::Form;
use crate::person::{Person, PersonForm};
use crate::setting::input::{Input, Pick};
use crate::setting::page::{ConfirmPage, FormPage, Said, top_crumb};
use crate::setting::top_page::{PATH, group_of};
use crate::told::lead_told;

/// What stands in the fields of the form.
#[derive(Default)]
struct Given {
    group: String,
    text: String,
    important: bool,
    from: String,
    until: String,
}

impl Given {
    fn of(notice: &NewNotice) -> Self {
        Self {
            group: notice.group.map(|group| group.to_string()).unwrap_or_default(),
            text: notice.text.clone(),
            important: notice.important,
            from: notice.from.map(|day| day.to_string()).unwrap_or_default(),
            until: notice.until.map(|day| day.to_string()).unwrap_or_default(),
        }
    }

    fn of_form(form: &Form) -> Self {
        let text = |name: &str| form.get(name).to_owned();
        Self {
            group: text("group"),
            text: text("text").replace("\r\n", "\n"),
            important: !form.get("important").is_empty(),
            from: text("from"),
            until: text("until"),
        }
    }

    /// The notice, with what is wrong with its days.
    fn notice(&self, person: &Person) -> (NewNotice, Said) {
        let mut said = Said::default();
        let mut days = [("from", &self.from), ("until", &self.until)].map(|(path, text)| {
            day(path, text.trim()).unwrap_or_else(|problem| {
                said.say(path, problem.message.text(person.frame.locale));
                None
            })
        });
        let (from, until) = (days[0].take(), days[1].take());
        let notice =
            NewNotice { group: group_of(&self.group), text: self.text.clone(), important: self.important, from, until };
        (notice, said)
    }
}

async fn settings(person: &Person) -> Result<TopPageSettings, Failure> {
    top_page_show(&person.service, &person.context).await.map_err(|error| person.failure(&error))
}

/// The notice of a number.
fn known<'s>(person: &Person, settings: &'s TopPageSettings, number: &str) -> Result<&'s Notice, Failure> {
    let number = number.parse().ok().map(NoticeNo);
    let found = settings.notices.iter().find(|notice| Some(notice.number) == number);
    found.ok_or_else(|| Failure::new(person.frame.clone(), Wrong::NotFound))
}

/// GET /admin/top-page/notices/new
pub(crate) async fn ask(person: Person) -> Result<Response, Failure> {
    let settings = settings(&person).await?;
    page(&person, &settings, None, &Given::default(), Said::default())
}

/// GET /admin/top-page/notices/{notice}
pub(crate) async fn edit(person: Person, Path(number): Path<String>) -> Result<Response, Failure> {
    let settings = settings(&person).await?;
    let notice = known(&person, &settings, &number)?;
    page(&person, &settings, Some(notice.number), &Given::of(&notice.notice), Said::default())
}

fn page(
    person: &Person,
    settings: &TopPageSettings,
    number: Option<NoticeNo>,
    given: &Given,
    mut said: Said,
) -> Result<Response, Failure> {
    let (frame, say) = (&person.frame, &person.frame.say.setting);
    let pick = |value: String, label: String| {
        let chosen = value == given.group;
        Pick { value, label, text: String::new(), chosen }
    };
    let mut picks = vec![pick(String::new(), say.top_everybody.to_owned())];
    picks.extend(settings.groups.iter().map(|(group, name)| pick(group.to_string(), name.clone())));
    let title = if number.is_some() { say.notice_edit } else { say.notice_add };
    let word = number.map_or_else(|| "new".to_owned(), |number| number.to_string());
    let mut page = FormPage::new(frame, title, format!("{PATH}/notices/{word}"));
    page.crumbs.push((PATH.to_owned(), say.top_page.to_owned()));
    page.submit = if number.is_some() { say.save } else { say.add };
    page.inputs = vec![
        Input::lines("text", say.notice_text, given.text.as_str(), 6)
            .with_hint(say.notice_text_hint)
            .with_error(said.take("text"))
            .required(frame.say),
        Input::select("group", say.top_for, picks).with_error(said.take("group")),
        Input::check("important", say.notice_important, given.important),
        Input::day("from", say.notice_from, given.from.as_str())
            .with_hint(say.notice_from_hint)
            .with_error(said.take("from")),
        Input::day("until", say.notice_until, given.until.as_str())
            .with_hint(say.notice_until_hint)
            .with_error(said.take("until")),
    ];
    page.links.extend(number.map(|number| (format!("{PATH}/notices/{number}/remove"), say.remove.to_owned())));
    page.answer(person, said)
}

/// POST /admin/top-page/notices/new
pub(crate) async fn create(PersonForm(person, form): PersonForm) -> Result<Response, Failure> {
    let settings = settings(&person).await?;
    let given = Given::of_form(&form);
    let (notice, said) = given.notice(&person);
    if said.is_any() {
        return page(&person, &settings, None, &given, said);
    }
    match notice_create(&person.service, &person.context, notice).await {
        Ok(_) => Ok(lead_told(PATH, "added", None)),
        Err(error) => page(&person, &settings, None, &given, Said::of(&person, &error)?),
    }
}

/// POST /admin/top-page/notices/{notice}
pub(crate) async fn change(Path(number): Path<String>, form: PersonForm) -> Result<Response, Failure> {
    let PersonForm(person, form) = form;
    let settings = settings(&person).await?;
    let number = known(&person, &settings, &number)?.number;
    let given = Given::of_form(&form);
    let (notice, said) = given.notice(&person);
    if said.is_any() {
        return page(&person, &settings, Some(number), &given, said);
    }
    match notice_set(&person.service, &person.context, number, notice).await {
        Ok(()) => Ok(lead_told(PATH, "saved", None)),
        Err(error) => page(&person, &settings, Some(number), &given, Said::of(&person, &error)?),
    }
}

/// GET /admin/top-page/notices/{notice}/remove
pub(crate) async fn remove_ask(person: Person, Path(number): Path<String>) -> Result<Response, Failure> {
    let settings = settings(&person).await?;
    let Notice { number, notice } = known(&person, &settings, &number)?;
    let (frame, say) = (&person.frame, &person.frame.say.setting);
    let page = ConfirmPage {
        frame,
        title: say.notice_remove_title.to_owned(),
        crumbs: vec![top_crumb(frame), (PATH.to_owned(), say.top_page.to_owned())],
        lines: vec![say.cannot_undo.to_owned()],
        quote: notice.text.clone(),
        obstacles: Vec::new(),
        action: format!("{PATH}/notices/{number}/remove"),
        hidden: Vec::new(),
        submit: say.remove,
    };
    person.page(StatusCode::OK, &page)
}

/// POST /admin/top-page/notices/{notice}/remove
pub(crate) async fn remove(Path(number): Path<String>, form: PersonForm) -> Result<Response, Failure> {
    let PersonForm(person, _) = form;
    let settings = settings(&person).await?;
    let number = known(&person, &settings, &number)?.number;
    let removed = notice_remove(&person.service, &person.context, number).await;
    removed.map_err(|error| person.failure(&error))?;
    Ok(lead_told(PATH, "removed", None))
}
