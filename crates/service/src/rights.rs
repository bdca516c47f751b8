//! stub
use crate::context::Service;
use musubi_domain::context::Context;
use musubi_domain::error::Result;
use musubi_domain::rights::{Action, DatabaseRight};
use musubi_domain::sight::Sight;
use musubi_domain::template::Template;
impl Service {
    /// x
    pub async fn sight(&self, _context: &Context, _template: &Template) -> Result<Sight> {
        Ok(Sight::all())
    }
    /// x
    pub async fn check_right(
        &self,
        _context: &Context,
        _template: &Template,
        _action: Action,
    ) -> Result<DatabaseRight> {
        Ok(DatabaseRight::default())
    }
}
