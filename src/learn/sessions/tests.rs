#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
use super::SessionBuilder;
use crate::Noise;

#[test]
fn clicks_are_put_in_order_of_time_and_sessions_apart() {
    for memory_bytes in [None, Some(1)] {
        let mut noise = Noise::default();
        let mut builder = SessionBuilder::new(memory_bytes, false);
        // More than fit into the smallest buffer, the times of each session from new to old.
        for click in 0..3_000u32 {
            builder.push(&(click / 3).to_string(), click, i64::from(3 - click % 3)).unwrap();
        }
        let log = builder.finish(&mut noise).unwrap();
        assert_eq!(log.len() > 1, memory_bytes.is_some());
        let mut seen = 0;
        for chunk in log.chunks() {
            for items in chunk.unwrap().iter() {
                assert!(items.len() == 3 && items[0] == items[1] + 1 && items[1] == items[2] + 1, "{items:?}");
                seen += 1;
            }
        }
        assert_eq!((seen, noise.out_of_order), (1_000, 2_000));
    }
}
