//! Profiles and keys that the tests share.

use super::super::*;
use crate::codec::hash32;

pub(super) const NOW_S: u32 = 1_795_219_200; // 2026-11-21T00:00:00Z
pub(super) const HOST: &str = "www.giftshop.example";

pub(super) fn ring() -> KeyRing {
    let old = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0";
    let new = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    KeyRing::parse(&format!("7:sign:{new}\n3:verify:{old}")).unwrap()
}

pub(super) fn keys() -> SiteKeys {
    ring().bind("giftshop")
}

/// A visitor whose lists are all full, with keys as long as a real shop's.
pub(super) fn busy() -> Profile {
    let categories = [
        "lanterns",
        "tea-lights",
        "lunch-bags",
        "cake-stands",
        "christmas-decorations",
        "bunting",
        "storage-tins",
        "mugs",
        "jewellery",
        "childrens-games",
        "hot-water-bottles",
        "garden",
    ];
    let now = |ago: u32| NOW_S - ago;
    let mut profile = Profile::default();
    profile.record(true, true, now(86_400 * 40), ConsentSource::Api);
    profile.mint(*b"\x00\x11\x22\x33\x44\x55\x66\x77\x88\x99\xaa\xbb\xcc\xdd\xee\xff", now(86_400 * 40));
    profile.visits =
        Visits { count: 31, first_s: now(86_400 * 40), previous_s: now(86_400 * 2), last_s: now(5), session_pages: 14 };
    for (i, category) in (0u16..).zip(categories) {
        profile.interests.push(Interest {
            category: category.into(),
            score_milli: 24_500 - u32::from(i) * 1_900,
            views: 160 - i * 9,
            today: 3,
            day: interest::day_of(NOW_S) - i,
        });
    }
    for i in 0..20u32 {
        let sku = format!("{}{}", 20_700 + i * 97, if i % 4 == 0 { "B" } else { "" });
        profile.viewed.push(Viewed { sku: sku.as_str().into(), at_s: now(i * 7_300) });
        profile.cart.lines.push(CartLine { sku: sku.into(), quantity: 1 + (i % 3) as u16, price_minor: 295 + i * 40 });
    }
    profile.cart.at_s = now(600);
    for i in 0..32 {
        let campaign = hash32(&["campaign-", &i.to_string()]);
        profile.impressions.push(CampaignImpressions { campaign, count: 3, since_s: now(i * 20_000) });
    }
    profile.orders = Orders {
        count: 9,
        total_minor: 48_250,
        last_s: now(86_400 * 12),
        last_minor: 6_120,
        last_items: 4,
        skus: (0..12).map(|i| (22_400 + i * 31).to_string().into()).collect(),
    };
    profile.purchased_s = now(86_400 * 12);
    profile.transactions = (0..8u32).map(|i| i.wrapping_mul(0x9e37_79b9)).collect();
    profile.logs = (1..5u32).map(|i| LogMark { log: i.wrapping_mul(0x85eb_ca6b), last: 70 * i }).collect();
    profile.mailbox = MailboxMark { last: 59_961_600_123, ask_until_s: now(0) + 1_800, unacknowledged: true };
    profile
}
