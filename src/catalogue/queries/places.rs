//! Orders of lists, and going on in one of them from a place instead of a number: what comes and
//! goes meanwhile neither hides nor doubles others.

use super::Result;
use super::cards::{CardRow, Wanted, bind_wanted, card, conditions, hits, tables};
use crate::catalogue::{Card, Key, Place, Sort};
use crate::db::{self, Connection, Kind};
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, FromRow, Row};

/// The products of each shelf, for who reads in the order written or reads all.
const SHELVES: &str = "categories k cross join products p";

/// What can be had stands before what is sold out.
const PART: &str = "case when p.on_hand > p.held then 0 else 1 end";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Type {
    Whole,
    Text,
}

/// What it is, and how the answer names it.
struct Column(&'static str, &'static str, Type);

const ID: Column = Column("p.id", "id", Type::Text);
const NAME: Column = Column("p.name", "name", Type::Text);
const PRICE: Column = Column("p.price_paise", "price_paise", Type::Whole);
const AGE: Column = Column("p.created_at", "created_at", Type::Whole);
const SHELF: Column = Column("k.position", "position", Type::Whole);
const SHELF_ID: Column = Column("k.id", "category_id", Type::Text);
const WEIGHT: Column = Column("h.lightness", "lightness", Type::Whole);
/// What a card has anyway.
const OF_CARD: [&str; 3] = [ID.1, NAME.1, PRICE.1];

fn plain(Column(column, ..): &Column) -> String {
    (*column).to_owned()
}

fn named(Column(column, name, _): &Column) -> String {
    format!("{column} as {name}")
}

/// By what a list is ordered, within its part. All end in the id: no two products share a place.
fn columns(wanted: &Wanted<'_>) -> &'static [Column] {
    match (wanted.sort, wanted.prefixes.is_empty()) {
        (Sort::Featured, true) => &[SHELF, SHELF_ID, NAME, ID],
        (Sort::Featured, false) => &[WEIGHT, SHELF, SHELF_ID, NAME, ID],
        (Sort::Newest, _) => &[AGE, ID],
        (Sort::PriceUp | Sort::PriceDown, _) => &[PRICE, ID],
        (Sort::Name, _) => &[NAME, ID],
    }
}

fn falls(sort: Sort) -> bool {
    matches!(sort, Sort::Newest | Sort::PriceDown)
}

/// For `order by`, within a part.
pub fn order(wanted: &Wanted<'_>) -> String {
    ordered(wanted, plain)
}

/// What a list is ordered by, each under a name.
pub fn keys(wanted: &Wanted<'_>) -> String {
    match wanted.sort {
        Sort::Featured => format!("{PART} as part, {}", keys_within(wanted)),
        _ => keys_within(wanted),
    }
}

fn keys_within(wanted: &Wanted<'_>) -> String {
    columns(wanted).iter().map(named).collect::<Vec<_>>().join(", ")
}

/// For `order by` where a table `f` has the keys.
pub fn order_of_keys(wanted: &Wanted<'_>) -> String {
    let keys = ordered(wanted, |Column(_, name, _)| format!("f.{name}"));
    if wanted.sort == Sort::Featured { format!("f.part, {keys}") } else { keys }
}

fn ordered(wanted: &Wanted<'_>, word: impl Fn(&Column) -> String) -> String {
    let falling = if falls(wanted.sort) { " desc" } else { "" };
    let words = columns(wanted).iter().map(|column| format!("{}{falling}", word(column)));
    words.collect::<Vec<_>>().join(", ")
}

/// Is it a place of such a list? One that a program made up may be none.
pub fn is_of(place: &Place, wanted: &Wanted<'_>) -> bool {
    let columns = columns(wanted);
    let fits = |(key, Column(_, _, kept)): (&Key, &Column)| match key {
        Key::Whole(_) => *kept == Type::Whole,
        // PostgreSQL breaks on NUL.
        Key::Text(text) => *kept == Type::Text && !text.contains('\0'),
    };
    (0..parts(wanted.sort)).contains(&place.part)
        && place.keys.len() == columns.len()
        && place.keys.iter().zip(columns).all(fits)
}

fn parts(sort: Sort) -> i64 {
    if sort == Sort::Featured { 2 } else { 1 }
}

/// So many cards behind a place, or from the beginning; the place of the last where more follow.
pub async fn list_after(
    connection: &mut Connection,
    wanted: &Wanted<'_>,
    after: Option<&Place>,
    size: usize,
) -> Result<(Vec<Card>, Option<Place>)> {
    let (mut cards, mut last) = (Vec::new(), None);
    let first = after.map_or(0, |place| place.part);
    for part in first..parts(wanted.sort) {
        let after = after.filter(|_| part == first);
        // One more than is shown tells whether more follow.
        let rows = part_after(connection, wanted, part, after, size + 1 - cards.len()).await?;
        for row in &rows {
            if cards.len() == size {
                return Ok((cards, last));
            }
            cards.push(CardRow::from_row(row)?.into());
            if cards.len() == size {
                last = Some(place(row, wanted, part)?);
            }
        }
    }
    Ok((cards, None))
}

async fn part_after(
    connection: &mut Connection,
    wanted: &Wanted<'_>,
    part: i64,
    after: Option<&Place>,
    limit: usize,
) -> Result<Vec<AnyRow>> {
    let kind = db::kind_of(connection);
    let statement = AssertSqlSafe(statement(wanted, part, after.is_some(), kind));
    let mut query = bind_wanted!(sqlx::query(statement), wanted);
    for key in after.iter().flat_map(|place| &place.keys) {
        query = match key {
            Key::Whole(number) => query.bind(number),
            Key::Text(text) => query.bind(text),
        };
    }
    query.bind(i64::try_from(limit).unwrap_or(i64::MAX)).fetch_all(connection).await
}

/// A part is asked for by itself, in the order of an index: nothing behind the page is read, and
/// before it no more than the place's own shelf.
fn statement(wanted: &Wanted<'_>, part: i64, is_after: bool, kind: Kind) -> String {
    let columns = columns(wanted);
    let with = match hits(wanted) {
        none if none.is_empty() => none,
        hits => format!("with {} ", hits.trim_end_matches(", ")),
    };
    let used = wanted.values();
    let of_part = match wanted.sort {
        Sort::Featured => format!("and {PART} = {part}"),
        _ => String::new(),
    };
    let (mut behind, mut limit) = (String::new(), used + 1);
    if is_after {
        let names: Vec<&str> = columns.iter().map(|Column(column, ..)| *column).collect();
        let values: Vec<String> = (1..=columns.len()).map(|n| format!("${}", used + n)).collect();
        let sign = if falls(wanted.sort) { "<" } else { ">" };
        behind = format!("and ({}) {sign} ({})", names.join(", "), values.join(", "));
        limit += columns.len();
    }
    let tables = match (wanted.sort, wanted.prefixes.is_empty()) {
        (Sort::Featured, true) => {
            shelves(kind, &format!("{of_part} {behind}"), &format!("${limit}"))
        }
        _ => tables(wanted).to_owned(),
    };
    let more = columns.iter().filter(|Column(_, name, _)| !OF_CARD.contains(name));
    let more = more.map(|column| format!(", {}", named(column)));
    format!(
        "{with}select {card}{more} from {tables} {conditions} {of_part} {behind}
         order by {order} limit ${limit}",
        card = card!(),
        more = more.collect::<String>(),
        conditions = conditions(wanted),
        order = order(wanted),
    )
}

/// The products of each shelf in the order of the menu, then of an index.
fn shelves(kind: Kind, condition: &str, most: &str) -> String {
    match kind {
        // Reads in the order written.
        Kind::Sqlite => SHELVES.to_owned(),
        // Would sort whole shelves: of each it is asked for no more than is shown.
        Kind::Postgres => format!(
            "categories k cross join lateral (
                 select * from products p
                 where p.category_id = k.id and p.withdrawn_at is null {condition}
                 order by p.name, p.id limit {most}) p"
        ),
    }
}

/// A page of the shelves as shown, by its number. Each part is read in the order of an index, so
/// nothing behind the page is read; the few that are sold out are counted to know where they begin.
/// `start` selects `at`, where the page begins, from how many there are.
pub(super) fn shelves_statement(
    wanted: &Wanted<'_>,
    kind: Kind,
    limit: &str,
    start: &str,
) -> String {
    let conditions = conditions(wanted);
    let part = |part: i64, offset: &str| {
        let of_part = format!("and {PART} = {part}");
        format!(
            "select * from (
                 select {part} as part, {keys} from {shelves} {conditions} {of_part}
                 order by {order} limit {limit} offset {offset}) part_{part}",
            keys = keys_within(wanted),
            shelves = shelves(kind, &of_part, &format!("{limit} + {offset}")),
            order = order(wanted),
        )
    };
    format!(
        "with counted as materialized (
              select (select count(*) from {tables} {conditions}) as total,
                     (select count(*) from {SHELVES} {conditions}
                      and {PART} = 1) as sold_out),
              placed as materialized ({start}, total - sold_out as to_be_had from counted),
              page as ({first} union all {then})
         select {columns}, (select total from counted) as total
         from page f cross join products p where p.id = f.id
         order by {order} limit {limit}",
        tables = tables(wanted),
        first = part(0, "(select at from placed)"),
        then =
            part(1, "(select case when at > to_be_had then at - to_be_had else 0 end from placed)"),
        columns = card!(),
        order = order_of_keys(wanted),
    )
}

fn place(row: &AnyRow, wanted: &Wanted<'_>, part: i64) -> Result<Place> {
    let key = |Column(_, name, kept): &Column| match kept {
        Type::Whole => row.try_get(*name).map(Key::Whole),
        Type::Text => row.try_get(*name).map(Key::Text),
    };
    let keys: Result<Vec<Key>> = columns(wanted).iter().map(key).collect();
    Ok(Place { part, keys: keys? })
}
