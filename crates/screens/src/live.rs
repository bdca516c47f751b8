//! Answers that go on: what a task sends, piece by piece.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use tokio::sync::mpsc;

/// What a task sends, until it ends.
pub(crate) struct Pieces<T>(mpsc::Receiver<T>);

impl<T> Pieces<T> {
    /// The pieces, and where the task sends them: at most one lies there that nobody has taken.
    pub(crate) fn new() -> (mpsc::Sender<T>, Self) {
        let (sender, receiver) = mpsc::channel(1);
        (sender, Self(receiver))
    }
}

impl<T> Stream for Pieces<T> {
    type Item = Result<T, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context).map(|piece| piece.map(Ok))
    }
}
