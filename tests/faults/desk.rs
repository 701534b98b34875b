//! The jobs of either server, and what people at the two desks do: the shop's and the gateway's.

use crate::answers::Answer;
use crate::deeds::Then;
use crate::driver::{Fate, Paused};
use crate::shoppers::pairs;
use crate::template::template;
use crate::world::{Doing, World};
use kirana::state::AppState;
use kirana::{jobs, mail, payment};
use serde_json::json;

pub const JOBS: [&str; 6] = ["inbox", "poller", "expiry", "refunds", "watch", "letters"];

fn job(app: AppState, name: &'static str) -> Doing {
    Box::pin(async move {
        match name {
            "inbox" => Answer::of_job(payment::work_inbox(&app).await),
            "poller" => Answer::of_job(payment::poll_due(&app).await),
            "expiry" => Answer::of_job(jobs::expire_due(&app).await),
            "refunds" => Answer::of_job(payment::refunds::work_due(&app).await),
            "watch" => Answer::of_job(payment::watch(&app).await),
            _ => Answer::of_job(mail::send_due(&app).await),
        }
    })
}

impl World {
    pub async fn works(
        &mut self,
        server: usize,
        name: &'static str,
        fate: Fate,
        paused: &mut Option<Paused>,
    ) {
        let doing = job(self.servers[server].app.clone(), name);
        self.act(server, doing, Then::Job(name), fate, paused).await;
    }

    /// Part of a payment, or all of it, once or twice at the same moment.
    pub async fn desk_gives_back(&mut self, fate: Fate, paused: &mut Option<Paused>) {
        let payments = self.settling_payments().await;
        let Some((payment, order, amount, seen)) = self.one_of(&payments).cloned() else { return };
        let left = amount - seen;
        if left < 100 {
            return;
        }
        let part = if self.once_in(3) { left } else { 100 + self.below(left as u64 - 99) as i64 };
        let rupees = format!("{}.{:02}", part / 100, part % 100);
        let seen = seen.to_string();
        let form = pairs(&[
            ("order", &order),
            ("payment", &payment),
            ("amount", &rupees),
            ("seen", &seen),
            ("words", "A jar was broken"),
        ]);
        self.tell(|| format!("the desk gives {rupees} of {payment} back"));
        let (jar, server) = (self.desk.clone(), self.other_than_paused(paused));
        let doing = self.post(server, "/do/admin/refund", &form, &jar);
        let then = Then::Nothing("desk refund");
        self.act(server, doing, then.clone(), fate, paused).await;
        self.tally.desk_refunds += 1;
        if self.once_in(3) {
            self.refund_goes_wrong(&payment, paused).await;
        }
        if self.once_in(3) {
            let server = self.other_than_paused(paused);
            let doing = self.post(server, "/do/admin/refund", &form, &jar);
            self.act(server, doing, then, Fate::Luck, paused).await;
        }
    }

    /// The call for a refund takes effect, and its answer is lost; or it has none, because the key
    /// is not taken just then or a twin of the call is said to run still.
    async fn refund_goes_wrong(&mut self, payment: &str, paused: &mut Option<Paused>) {
        let path = format!("/v1/payments/{payment}/refund");
        let mode = ["cut_after", "odd_200", "401", "409"][self.below(4) as usize];
        let fault = json!({ "path_prefix": path, "method": "POST", "mode": mode, "times": 1 });
        self.tell(|| format!("the gateway: {fault}"));
        self.pull("fault", fault).await.unwrap();
        let server = self.other_than_paused(paused);
        self.works(server, "refunds", Fate::Luck, paused).await;
        match mode {
            "401" | "409" => self.tally.refunds_refused += 1,
            _ => self.tally.refunds_unanswered += 1,
        }
    }

    /// (payment, order, amount, promised back)
    async fn settling_payments(&self) -> Vec<(String, String, i64, i64)> {
        let statement = "select id, order_id, amount_paise, refunded_paise from payments
                         where role in ('settles', 'mismatch') order by seen_at, id";
        sqlx::query_as(statement).fetch_all(&self.servers[0].app.db.read).await.unwrap()
    }

    /// Somebody gives money back at the gateway, past the shop.
    pub async fn dashboard_gives_back(&mut self) {
        let payments = self.payments.clone();
        let Some(payment) = self.one_of(&payments).cloned() else { return };
        let body = match self.below(3) {
            0 => json!({}),
            _ => json!({ "amount": 100 + self.below(20_000) }),
        };
        let done = self.pull(&format!("payments/{payment}/refund"), body).await;
        if let Some(done) = done {
            self.tally.dashboard_refunds += 1;
            self.tell(|| format!("the dashboard gives back: {done}"));
        }
    }

    /// Prices move, goods arrive, goods are withdrawn and come back.
    pub async fn shelf_changes(&mut self) {
        let product = self.one_of(&template().products).unwrap().0.clone();
        let db = &self.servers[0].app.db.write.clone();
        let change = self.below(4);
        self.tell(|| format!("the shelf changes ({change}): {product}"));
        let statement = match change {
            0 => {
                "update products set price_paise = price_paise + 500, mrp_paise = mrp_paise + 500
                  where id = $1"
            }
            1 => "update products set withdrawn_at = 1 where id = $1 and withdrawn_at is null",
            _ => "update products set withdrawn_at = null where id = $1",
        };
        sqlx::query(statement).bind(&product).execute(db).await.unwrap();
        if change == 3 {
            let mut tx = self.servers[0].app.db.begin().await.unwrap();
            sqlx::query("update products set on_hand = on_hand + 2 where id = $1")
                .bind(&product)
                .execute(&mut *tx)
                .await
                .unwrap();
            sqlx::query(
                "insert into stock_movements (id, product_id, kind, quantity, at)
                 values ($1, $2, 'received', 2, $3)",
            )
            .bind(kirana::clock::new_id())
            .bind(&product)
            .bind(self.now)
            .execute(&mut *tx)
            .await
            .unwrap();
            tx.commit().await.unwrap();
        }
        self.tally.shelf_changes += 1;
    }
}
