//! Closures on their way to a thread of an engine and answers on their way back.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;

use musubi_domain::context::Context;
use musubi_domain::error::{Error, Kind, Result};
use tokio::sync::oneshot;

use super::tx::{Lent, Tx};

/// Whether what a closure wrote is to be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Keep,
    Discard,
}

/// A closure that writes. It may run twice; its answer is sent once.
pub(super) trait WriteWork: Send {
    /// The context of its request.
    fn context(&self) -> Arc<Context>;
    /// Runs it in a transaction.
    fn run(&mut self, tx: &mut Tx<'_>) -> Outcome;
    /// Makes its answer this error.
    fn fail(&mut self, error: Error);
    /// Whether it is refused after waiting too long.
    fn waits_for_ever(&self) -> bool;
    /// Sends the answer.
    fn answer(self: Box<Self>);
    /// Answers that there is too much to do.
    fn refuse(self: Box<Self>);
}

/// A closure that reads.
pub(super) trait ReadWork: Send {
    /// Runs it on a connection.
    fn run(&mut self, lent: Lent<'_>);
    /// Makes its answer this error.
    fn fail(&mut self, error: Error);
    /// Sends the answer.
    fn answer(self: Box<Self>);
    /// Answers that there is too much to do.
    fn refuse(self: Box<Self>);
}

/// A closure, the answer it has come to, and where the answer goes.
pub(super) struct Closure<T, F> {
    closure: F,
    context: Option<Arc<Context>>,
    waits_for_ever: bool,
    result: Option<Result<T>>,
    reply: oneshot::Sender<Result<T>>,
}

impl<T, F> Closure<T, F> {
    /// A closure that reads.
    pub(super) fn read(closure: F) -> (Box<Self>, oneshot::Receiver<Result<T>>) {
        let (reply, answer) = oneshot::channel();
        (Box::new(Self { closure, context: None, waits_for_ever: false, result: None, reply }), answer)
    }

    /// A closure that writes.
    pub(super) fn write(
        closure: F,
        context: Arc<Context>,
        waits_for_ever: bool,
    ) -> (Box<Self>, oneshot::Receiver<Result<T>>) {
        let (reply, answer) = oneshot::channel();
        (Box::new(Self { closure, context: Some(context), waits_for_ever, result: None, reply }), answer)
    }

    fn send(self) {
        let result = self.result.unwrap_or_else(|| Err(Error::internal("a closure came to no answer")));
        // Whoever asked may have gone; what was written stays written.
        drop(self.reply.send(result));
    }
}

/// Runs a closure and turns a panic into an error.
pub(super) fn guarded<T>(run: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|panic| {
        let text = panic
            .downcast_ref::<&str>()
            .map(|text| (*text).to_owned())
            .or_else(|| panic.downcast_ref::<String>().cloned());
        Err(Error::internal(format!("a closure panicked: {}", text.unwrap_or_default())))
    })
}

impl<T, F> WriteWork for Closure<T, F>
where
    T: Send,
    F: FnMut(&mut Tx<'_>) -> Result<T> + Send,
{
    fn context(&self) -> Arc<Context> {
        Arc::clone(self.context.as_ref().expect("a closure that writes is made with its context"))
    }

    fn run(&mut self, tx: &mut Tx<'_>) -> Outcome {
        let result = guarded(|| (self.closure)(tx));
        // A store error ends the closure, even where the closure thinks nothing of it.
        let result = match tx.lent_failure() {
            Some(failure) if result.is_ok() => Err(failure.error("a closure went on after a statement that failed")),
            _ => result,
        };
        let outcome = if result.is_ok() { Outcome::Keep } else { Outcome::Discard };
        self.result = Some(result);
        outcome
    }

    fn fail(&mut self, error: Error) {
        self.result = Some(Err(error));
    }

    fn waits_for_ever(&self) -> bool {
        self.waits_for_ever
    }

    fn answer(self: Box<Self>) {
        self.send();
    }

    fn refuse(mut self: Box<Self>) {
        self.result = Some(Err(busy()));
        self.send();
    }
}

impl<T, F> ReadWork for Closure<T, F>
where
    T: Send,
    F: FnMut(Lent<'_>) -> Result<T> + Send,
{
    fn run(&mut self, lent: Lent<'_>) {
        self.result = Some(guarded(|| (self.closure)(lent)));
    }

    fn fail(&mut self, error: Error) {
        self.result = Some(Err(error));
    }

    fn answer(self: Box<Self>) {
        self.send();
    }

    fn refuse(mut self: Box<Self>) {
        self.result = Some(Err(busy()));
        self.send();
    }
}

/// Waits for threads to end. One of them may be the caller: a closure can hold the last handle of its own database.
pub(super) fn join(threads: Vec<JoinHandle<()>>) {
    for thread in threads.into_iter().filter(|thread| thread.thread().id() != std::thread::current().id()) {
        if thread.join().is_err() {
            tracing::error!("a thread of the database ended in a panic");
        }
    }
}

/// There is too much to do.
pub(super) fn busy() -> Error {
    Error::new(Kind::Busy).with_cause("a queue of the database is full, or the wait in it was too long")
}
