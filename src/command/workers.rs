//! Work on all cores, in order: blocks go out to threads, answers come back in the order of the blocks.

use crate::failure::Failure;
use crate::host::host;
use std::collections::BTreeMap;
use std::sync::{Mutex, mpsc};
use std::thread;

/// Blocks that may wait for a thread, for each thread.
const WAITING: usize = 4;

/// The number of threads that an option has, or one for each core of the machine. One where the host has no threads.
pub(crate) fn threads(count: Option<u16>) -> usize {
    let most = host().threads_max();
    count.map_or(most, |count| if most == 1 { 1 } else { usize::from(count) })
}

/// Takes blocks from `next` until there is none, works on them on several threads, and hands each answer to `done`
/// in the order of the blocks. At most a few blocks for each thread are in memory at a time.
pub(crate) fn run<B: Send, A: Send>(
    threads: usize,
    mut next: impl FnMut() -> Result<Option<B>, Failure>,
    work: impl Fn(B) -> A + Sync,
    mut done: impl FnMut(A) -> Result<(), Failure>,
) -> Result<(), Failure> {
    if threads == 1 {
        while let Some(block) = next()? {
            done(work(block))?;
        }
        return Ok(());
    }
    let (give, take) = mpsc::sync_channel::<(u64, B)>(threads * WAITING);
    let take = Mutex::new(take);
    let (take, work) = (&take, &work);
    thread::scope(|scope| {
        // Moved in, so that a return on whatever way ends the threads.
        let give = give;
        let (answer, answers) = mpsc::channel::<(u64, A)>();
        for _ in 0..threads {
            let answer = answer.clone();
            scope.spawn(move || {
                loop {
                    // A thread that panicked poisons the lock, and the scope passes the panic on.
                    let Ok(Ok((index, block))) = take.lock().map(|take| take.recv()) else { return };
                    if answer.send((index, work(block))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(answer);
        let mut order = Order { early: BTreeMap::new(), next: 0 };
        let mut given = 0;
        loop {
            match next()? {
                Some(block) => {
                    if give.send((given, block)).is_err() {
                        break;
                    }
                    given += 1;
                }
                None => break,
            }
            // What is early waits; so that little does, no block goes out far ahead of the oldest.
            while let Ok((index, found)) = answers.try_recv() {
                order.take(index, found, &mut done)?;
            }
            while given - order.next > (threads * WAITING * 2) as u64 {
                let Ok((index, found)) = answers.recv() else { break };
                order.take(index, found, &mut done)?;
            }
        }
        drop(give);
        for (index, found) in answers {
            order.take(index, found, &mut done)?;
        }
        Ok(())
    })
}

/// Answers that came before their turn.
struct Order<A> {
    early: BTreeMap<u64, A>,
    next: u64,
}

impl<A> Order<A> {
    fn take(&mut self, index: u64, found: A, done: &mut impl FnMut(A) -> Result<(), Failure>) -> Result<(), Failure> {
        self.early.insert(index, found);
        while let Some(found) = self.early.remove(&self.next) {
            self.next += 1;
            done(found)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_come_in_the_order_of_the_blocks() {
        let mut blocks = 0..1_000_u64;
        let mut seen = Vec::new();
        let work = |block: u64| {
            // The early blocks take longest.
            (0..(1_000 - block) * 50).fold(block, |sum, n| std::hint::black_box(sum ^ n));
            block
        };
        let done = |block| {
            seen.push(block);
            Ok(())
        };
        assert!(run(3, || Ok(blocks.next()), work, done).is_ok());
        assert_eq!(seen, (0..1_000).collect::<Vec<_>>());
    }
}
