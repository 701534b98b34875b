//! A newer version begins beside an older one and adds to its tables, as later migrations do
//! (tests/tidy/migrations.rs). The older one goes on.

use crate::story::{Shop, signed};
use kirana::db::Kind;

#[tokio::test(flavor = "multi_thread")]
async fn a_running_shop_goes_on_while_a_newer_one_adds_to_its_tables() {
    let shop = Shop::open().await;
    // What was asked before stays prepared on the connections.
    let (mut asha, mut ravi) = (shop.visitor(), shop.visitor());
    ravi.buys("cardamom", 1).await;
    asha.adds("assam-tea", 2).await.places_the_order().await;
    let tables = match shop.db.kind {
        Kind::Sqlite => "select name from sqlite_master where type = 'table'",
        Kind::Postgres => {
            "select cast(table_name as text) from information_schema.tables
             where table_schema = current_schema()"
        }
    };
    let tables = shop.texts(tables).await;
    let tables =
        tables.iter().filter(|table| !table.starts_with(['_']) && !table.contains("sqlite"));
    for table in tables.clone() {
        shop.meddles(&format!("alter table {table} add column later text default 'new'")).await;
    }
    assert!(tables.count() > 20);
    let paid = shop.gateway.pays(&asha.gateway_order(), "success").await;
    let callback = asha.callback();
    asha.comes_back(&callback, &signed(&paid)).await.is_at("/orders/K").sees("Thank you, Asha");
    ravi.buys("saffron", 1).await;
    shop.works().await;
    assert_eq!(shop.count("orders where state = 'paid' and later = 'new'").await, 3);
    assert_eq!(shop.count("payments where role = 'settles'").await, 3);
    assert_eq!((shop.count("refunds").await, shop.count("desk_tasks").await), (0, 0));
}
