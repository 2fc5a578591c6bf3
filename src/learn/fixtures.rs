//! Sessions for tests.

use crate::sessions::Sessions;

/// Sessions of these products, all at one time.
pub(crate) fn sessions(lists: &[&[u32]]) -> Sessions {
    let mut sessions = Sessions::default();
    for items in lists {
        sessions.push(items, 0);
    }
    sessions
}

/// Sessions in which each product leads to those near it, the first products far more often.
pub(crate) fn walks(count: u32, items: u32) -> Sessions {
    let mut state = 1u32;
    let mut below = |limit: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) % limit
    };
    let mut sessions = Sessions::default();
    for session in 0..count {
        let mut item = below(items).min(below(items)).min(below(items));
        let clicks: Vec<u32> = (0..2 + below(5))
            .map(|_| {
                item = (item + 1 + below(3)) % items;
                item
            })
            .collect();
        sessions.push(&clicks, i64::from(session) * 60_000);
    }
    sessions
}
