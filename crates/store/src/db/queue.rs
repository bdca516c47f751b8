//! A bounded queue with two lanes, taken from by threads.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Which lane work waits in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// A person or a program waits for the answer.
    Interactive,
    /// Imports, index fills, purges: in slices of at most 10 ms and 500 rows.
    Background,
}

/// Two lanes, each with a bound.
pub(super) struct Queue<T> {
    lanes: Mutex<Lanes<T>>,
    arrived: Condvar,
    bound: usize,
}

struct Lanes<T> {
    interactive: VecDeque<Waiting<T>>,
    background: VecDeque<Waiting<T>>,
    closed: bool,
}

/// Work and the moment since which it has waited.
pub(super) struct Waiting<T> {
    pub(super) work: T,
    pub(super) since: Instant,
}

/// What a thread that asks for work is given.
pub(super) enum Taken<T> {
    /// Work, never empty.
    Work(Vec<Waiting<T>>),
    /// Nothing came in time.
    Nothing,
    /// The queue is closed and empty.
    Closed,
}

impl<T> Queue<T> {
    /// A queue whose lanes hold `bound` each.
    pub(super) fn new(bound: usize) -> Self {
        let lanes = Lanes { interactive: VecDeque::new(), background: VecDeque::new(), closed: false };
        Self { lanes: Mutex::new(lanes), arrived: Condvar::new(), bound }
    }

    /// Adds work; gives it back where the lane is full or the queue is closed.
    pub(super) fn push(&self, lane: Lane, work: T) -> Result<(), T> {
        self.push_within(self.bound, lane, work)
    }

    /// Adds work where fewer than `bound` wait in its lane: what can wait leaves room for what cannot.
    pub(super) fn push_within(&self, bound: usize, lane: Lane, work: T) -> Result<(), T> {
        let mut lanes = self.lock();
        let closed = lanes.closed;
        let queue = match lane {
            Lane::Interactive => &mut lanes.interactive,
            Lane::Background => &mut lanes.background,
        };
        if closed || queue.len() >= bound.min(self.bound) {
            return Err(work);
        }
        queue.push_back(Waiting { work, since: Instant::now() });
        drop(lanes);
        match lane {
            Lane::Interactive => self.arrived.notify_one(),
            // Not every thread takes it: the one that is woken might not.
            Lane::Background => self.arrived.notify_all(),
        }
        Ok(())
    }

    /// Takes up to `most` pieces of interactive work and at most one of background work, waiting up to `patience` for the first.
    pub(super) fn take(&self, most: usize, patience: Duration) -> Taken<T> {
        self.take_where(patience, |lanes| {
            let count = lanes.interactive.len().min(most);
            let mut taken: Vec<_> = lanes.interactive.drain(..count).collect();
            taken.extend(lanes.background.pop_front());
            taken
        })
    }

    /// Takes one piece of work from the lanes that are served, in their order.
    pub(super) fn take_one(&self, served: &[Lane], patience: Duration) -> Taken<T> {
        self.take_where(patience, |lanes| {
            let first = served.iter().find_map(|lane| match lane {
                Lane::Interactive => lanes.interactive.pop_front(),
                Lane::Background => lanes.background.pop_front(),
            });
            first.into_iter().collect()
        })
    }

    fn take_where(&self, patience: Duration, mut take: impl FnMut(&mut Lanes<T>) -> Vec<Waiting<T>>) -> Taken<T> {
        let mut lanes = self.lock();
        let until = Instant::now() + patience;
        loop {
            let taken = take(&mut lanes);
            if !taken.is_empty() {
                return Taken::Work(taken);
            }
            if lanes.closed {
                return Taken::Closed;
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Taken::Nothing;
            }
            lanes = self.arrived.wait_timeout(lanes, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Refuses new work and wakes all threads; what is queued is still given out.
    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.arrived.notify_all();
    }

    /// How much interactive and background work waits.
    pub(super) fn lengths(&self) -> (usize, usize) {
        let lanes = self.lock();
        (lanes.interactive.len(), lanes.background.len())
    }

    fn lock(&self) -> MutexGuard<'_, Lanes<T>> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::ZERO;

    fn works(taken: Taken<u32>) -> Vec<u32> {
        match taken {
            Taken::Work(works) => works.into_iter().map(|waiting| waiting.work).collect(),
            Taken::Nothing | Taken::Closed => Vec::new(),
        }
    }

    #[test]
    fn interactive_work_goes_first_and_one_background_slice_rides_along() {
        let queue = Queue::new(3);
        for work in [10, 11] {
            queue.push(Lane::Background, work).unwrap();
        }
        for work in [1, 2, 3] {
            queue.push(Lane::Interactive, work).unwrap();
        }
        assert_eq!(queue.push(Lane::Interactive, 4), Err(4));
        assert_eq!(works(queue.take(2, NOW)), [1, 2, 10]);
        assert_eq!(works(queue.take(2, NOW)), [3, 11]);
        assert!(matches!(queue.take(2, NOW), Taken::Nothing));
    }

    #[test]
    fn a_closed_queue_gives_out_what_it_holds_and_then_ends() {
        let queue = Queue::new(3);
        queue.push(Lane::Interactive, 1).unwrap();
        queue.close();
        assert_eq!(queue.push(Lane::Interactive, 2), Err(2));
        assert_eq!(works(queue.take_one(&[Lane::Interactive], NOW)), [1]);
        assert!(matches!(queue.take_one(&[Lane::Interactive], NOW), Taken::Closed));
    }

    #[test]
    fn one_piece_comes_from_the_first_lane_served_that_holds_any() {
        let queue = Queue::new(3);
        for (lane, work) in [(Lane::Interactive, 1), (Lane::Background, 10), (Lane::Background, 11)] {
            queue.push(lane, work).unwrap();
        }
        assert_eq!(works(queue.take_one(&[Lane::Background, Lane::Interactive], NOW)), [10]);
        assert_eq!(works(queue.take_one(&[Lane::Interactive, Lane::Background], NOW)), [1]);
        assert!(matches!(queue.take_one(&[Lane::Interactive], NOW), Taken::Nothing));
        assert_eq!(works(queue.take_one(&[Lane::Interactive, Lane::Background], NOW)), [11]);
    }
}
