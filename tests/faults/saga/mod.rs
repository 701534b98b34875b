//! Settling as a saga: whatever an order's state and its payments are, in whatever order the doors
//! bring the news, however often, and wherever a server dies in between, the end is the same.

mod ways;

use crate::checker::{self, Broken};
use crate::desk::JOBS;
use crate::driver::Fate;
use crate::template;
use crate::world::World;
use kirana::clock::MINUTE;
use proptest::prelude::*;
use std::collections::BTreeSet;

/// The order, before the money comes.
#[derive(Clone, Copy, Debug)]
enum Before {
    Awaiting,
    Expired,
    ExpiredAndSoldOut,
    /// The next order of the same cart holds the unit.
    Superseded,
    Paid,
    Cancelled,
}

const BEFORE: [Before; 6] = [
    Before::Awaiting,
    Before::Expired,
    Before::ExpiredAndSoldOut,
    Before::Superseded,
    Before::Paid,
    Before::Cancelled,
];

/// What the gateway then holds.
const MONEY: [&[&str]; 9] = [
    &["success"],
    &["failure"],
    &["failure", "success"],
    &["late"],
    &["authorized"],
    &["other amount"],
    &["other currency"],
    &["success", "surplus"],
    &["success", "dashboard"],
];

const DOORS: [&str; 4] = ["return", "webhook", "poller", "expiry"];

#[derive(Clone, Debug)]
struct Case {
    before: Before,
    money: &'static [&'static str],
    doors: Vec<&'static str>,
    /// The gateway's events come newest first.
    reversed: bool,
    /// Minutes from the money to the first door: after half an hour the order is due to expire.
    after: i64,
    /// Where the server dies: at which door, at its nth point.
    deaths: Vec<(usize, usize)>,
}

fn cases() -> impl Strategy<Value = Case> {
    let doors = Just(DOORS.to_vec()).prop_shuffle();
    let deaths = proptest::collection::vec((0..4usize, 0..9usize), 0..4);
    let (before, money) = (0..BEFORE.len(), 0..MONEY.len());
    let whole = (before, money, doors, deaths, any::<bool>(), any::<bool>());
    whole.prop_map(|(before, money, doors, deaths, reversed, late)| {
        let before = BEFORE[before];
        let after = if late { before.due() } else { 2 };
        Case { before, money: MONEY[money], doors, reversed, after, deaths }
    })
}

impl Before {
    /// Minutes after which expiry looks at the order; at the one who bought the last unit it is
    /// not to look: then the end would hang on who is first.
    fn due(self) -> i64 {
        if let Before::ExpiredAndSoldOut = self { 2 } else { 31 }
    }
}

/// What is left when a case was played.
struct Played {
    books: Vec<String>,
    wrong: Vec<Broken>,
    /// The points at which the server died.
    deaths: BTreeSet<&'static str>,
}

async fn play(case: &Case, disturbed: bool) -> Played {
    let mut world = World::open(7).await;
    world.waits_for_money(case.before).await;
    for how in case.money {
        world.pays_now(how).await;
    }
    world.passes(case.after * MINUTE).await;
    let reversed = case.reversed;
    if disturbed {
        for (at, door) in case.doors.iter().enumerate() {
            let deaths = case.deaths.iter().filter(|(door, _)| *door == at);
            let deaths: Vec<usize> = deaths.map(|(_, nth)| *nth).collect();
            for nth in deaths {
                world.goes_through(door, reversed, Fate::Dies(nth)).await;
            }
            // Each step twice.
            world.goes_through(door, reversed, Fate::Luck).await;
            world.goes_through(door, reversed, Fate::Luck).await;
        }
    }
    world.comes_to_rest().await;
    for job in JOBS {
        world.works(1, job, Fate::Luck, &mut None).await;
    }
    let mut wrong = checker::settled(&world).await;
    wrong.extend(checker::always(&world).await);
    let books = world.digest().await;
    let deaths = world.tally.deaths.keys().map(|(_, point)| *point).collect();
    world.close().await;
    Played { books, wrong, deaths }
}

fn how_many() -> u32 {
    std::env::var("KIRANA_SAGAS").map_or(48, |text| text.parse().unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: how_many(), max_shrink_iters: 20, failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn settling_ends_the_same_wherever_it_was_stopped(case in cases()) {
        let runtime = template::runtime();
        let quiet = runtime.block_on(play(&case, false));
        prop_assert!(quiet.wrong.is_empty(), "undisturbed: {:?}", quiet.wrong);
        let disturbed = runtime.block_on(play(&case, true));
        prop_assert!(disturbed.wrong.is_empty(), "disturbed: {:?}", disturbed.wrong);
        prop_assert_eq!(quiet.books, disturbed.books);
    }
}

/// Through one door: the server dies at its first point, at its second, and so on to the last.
fn dies_at_every_point(case: &Case, books: &[String]) -> BTreeSet<&'static str> {
    let mut points = BTreeSet::new();
    for nth in 0.. {
        let case = Case { deaths: vec![(0, nth)], ..case.clone() };
        let played = template::runtime().block_on(play(&case, true));
        assert!(played.wrong.is_empty(), "{case:?}: {:?}", played.wrong);
        assert_eq!(books, played.books, "{case:?}");
        // Past its last point a server dies with its answer given, as often as one likes.
        let is_past = played.deaths.iter().all(|point| *point == "after its answer");
        points.extend(played.deaths);
        if is_past {
            return points;
        }
    }
    points
}

/// Where a server that goes through a door can die.
const POINTS: [(&str, &[&str]); 5] = [
    ("return", &["before a call", "after a call", "before a commit", "after a commit"]),
    ("webhook", &["before a webhook is stored", "before a commit", "before a webhook is answered"]),
    ("inbox", &["before a call", "after a call", "before a commit", "before an event is done"]),
    ("poller", &["before a call", "after a call", "before a commit", "after a commit"]),
    ("expiry", &["before a call", "after a call", "before a commit", "after a commit"]),
];

#[test]
fn settling_survives_a_death_at_every_point_of_every_door() {
    let cases: [(Before, &[&str]); 5] = [
        (Before::Awaiting, &["success"]),
        (Before::Awaiting, &["success", "surplus"]),
        (Before::Expired, &["late"]),
        (Before::ExpiredAndSoldOut, &["success"]),
        (Before::Superseded, &["success"]),
    ];
    for (before, money) in cases {
        let after = before.due();
        let case = Case { before, money, doors: vec![], reversed: false, after, deaths: vec![] };
        let quiet = template::runtime().block_on(play(&case, false));
        assert!(quiet.wrong.is_empty(), "{case:?}: {:?}", quiet.wrong);
        for (door, needed) in POINTS {
            // Only an order that waits is due to expire.
            if door == "expiry" && !matches!(before, Before::Awaiting) {
                continue;
            }
            let points =
                dies_at_every_point(&Case { doors: vec![door], ..case.clone() }, &quiet.books);
            let never: Vec<_> = needed.iter().filter(|point| !points.contains(*point)).collect();
            assert!(never.is_empty(), "{door} of {before:?} with {money:?} never died {never:?}");
        }
    }
}
