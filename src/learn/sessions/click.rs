//! One click, as it is sorted and kept on disk.

use std::io::Read;

/// One click, as it is sorted: by session, then time, then place in the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Click {
    pub(super) session: u64,
    pub(super) time_ms: i64,
    pub(super) place: u32,
    pub(super) item: u32,
}

pub(super) const CLICK_BYTES: usize = 24;

impl Click {
    pub(super) fn to_bytes(self) -> [u8; CLICK_BYTES] {
        let mut bytes = [0; CLICK_BYTES];
        let (session, rest) = bytes.split_at_mut(8);
        let (time, rest) = rest.split_at_mut(8);
        let (place, item) = rest.split_at_mut(4);
        session.copy_from_slice(&self.session.to_le_bytes());
        time.copy_from_slice(&self.time_ms.to_le_bytes());
        place.copy_from_slice(&self.place.to_le_bytes());
        item.copy_from_slice(&self.item.to_le_bytes());
        bytes
    }

    pub(super) fn read(from: &mut impl Read) -> std::io::Result<Option<Self>> {
        let mut words = [[0; 8]; 3];
        for (n, word) in words.iter_mut().enumerate() {
            match from.read_exact(word) {
                Ok(()) => {}
                Err(error) if n == 0 && error.kind() == std::io::ErrorKind::UnexpectedEof => return Ok(None),
                Err(error) => return Err(error),
            }
        }
        let [session, time, [p0, p1, p2, p3, i0, i1, i2, i3]] = words;
        Ok(Some(Self {
            session: u64::from_le_bytes(session),
            time_ms: i64::from_le_bytes(time),
            place: u32::from_le_bytes([p0, p1, p2, p3]),
            item: u32::from_le_bytes([i0, i1, i2, i3]),
        }))
    }
}
