//! What a customer pays with in test mode, and how it can fail (Razorpay: Test card, UPI and bank
//! details). Nothing but these test instruments is accepted: no real card number is ever kept.

use super::clock::Clock;
use super::entity::{Card, Payment, Upi};
use crate::razorpay::wire::{Notes, PaymentStatus};
use serde_json::{Value, json};

/// Why a payment failed, in the gateway's five words and a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Failure {
    pub(super) code: &'static str,
    pub(super) description: &'static str,
    pub(super) source: &'static str,
    pub(super) step: &'static str,
    pub(super) reason: &'static str,
}

impl Failure {
    pub(super) const DECLINED: Self = Self {
        code: "BAD_REQUEST_ERROR",
        description: "Payment failed",
        source: "gateway",
        step: "payment_response",
        reason: "payment_failed",
    };
    pub(super) const CANCELLED: Self = Self {
        code: "BAD_REQUEST_ERROR",
        description: "Payment processing cancelled by user",
        source: "customer",
        step: "payment_authentication",
        reason: "payment_cancelled",
    };
    pub(super) const TIMED_OUT: Self = Self {
        code: "BAD_REQUEST_ERROR",
        description: "Payment was not completed on time.",
        source: "customer",
        step: "payment_authentication",
        reason: "payment_timed_out",
    };
    const WRONG_OTP: Self = Self {
        code: "GATEWAY_ERROR",
        description: "Payment failed because the one-time password was wrong.",
        source: "customer",
        step: "payment_authentication",
        reason: "authentication_failed",
    };

    const fn by_bank(reason: &'static str, description: &'static str) -> Self {
        let (source, step) = ("issuer_bank", "payment_authorization");
        Self { code: "BAD_REQUEST_ERROR", description, source, step, reason }
    }

    /// What checkout shows for an OTP of fewer than four digits.
    pub(super) fn of_otp(otp: &str) -> Option<Self> {
        let fine = (4..=10).contains(&otp.len()) && otp.bytes().all(|byte| byte.is_ascii_digit());
        (!fine).then_some(Self::WRONG_OTP)
    }

    pub(super) fn mark(&self, payment: &mut Payment) {
        payment.error_code = Some(self.code.to_owned());
        payment.error_description = Some(self.description.to_owned());
        payment.error_source = Some(self.source.to_owned());
        payment.error_step = Some(self.step.to_owned());
        payment.error_reason = Some(self.reason.to_owned());
    }

    pub(super) fn forget(payment: &mut Payment) {
        payment.error_code = None;
        payment.error_description = None;
        payment.error_source = None;
        payment.error_step = None;
        payment.error_reason = None;
    }
}

/// A means of payment of the test mode.
#[derive(Clone, Debug)]
pub(super) enum Instrument {
    Card(&'static TestCard),
    Upi(String),
    Netbanking(String),
}

/// A card number that works in test mode alone, any CVV and any future date.
#[derive(Debug)]
pub(super) struct TestCard {
    pub(super) number: &'static str,
    pub(super) network: &'static str,
    international: bool,
    /// What comes of it; `None` is a success.
    pub(super) failure: Option<Failure>,
}

const fn good(number: &'static str, network: &'static str) -> TestCard {
    TestCard { number, network, international: false, failure: None }
}

const fn foreign(number: &'static str, network: &'static str) -> TestCard {
    TestCard { number, network, international: true, failure: None }
}

const fn bad(number: &'static str, network: &'static str, failure: Failure) -> TestCard {
    TestCard { number, network, international: false, failure: Some(failure) }
}

const POOR: Failure = Failure::by_bank("insufficient_fund", "The account has too little money.");
const DECLINED: Failure = Failure::by_bank("card_declined", "The card was declined by the bank.");
const DISABLED: Failure = Failure::by_bank(
    "card_disabled_for_online_payments",
    "The card is not enabled for online use.",
);
const WRONG_NUMBER: Failure = Failure::by_bank("card_number_invalid", "The card number is wrong.");
const TECHNICAL: Failure = Failure {
    code: "GATEWAY_ERROR",
    ..Failure::by_bank("gateway_technical_error", "A technical error at the bank.")
};

pub(super) static TEST_CARDS: [TestCard; 29] = [
    good("4100280000001007", "Visa"),
    good("5500670000001002", "MasterCard"),
    good("6527658900001005", "RuPay"),
    good("36082800091007", "Diners Club"),
    good("340256000401007", "American Express"),
    foreign("5555555555554444", "MasterCard"),
    foreign("5105105105105100", "MasterCard"),
    foreign("5104060000000008", "MasterCard"),
    foreign("4012888888881881", "Visa"),
    bad("4100280000090000", "Visa", Failure::TIMED_OUT),
    bad("5305620000060000", "MasterCard", Failure::TIMED_OUT),
    bad("4100280000080001", "Visa", POOR),
    bad("5305620000050001", "MasterCard", POOR),
    bad("4100280000070002", "Visa", Failure::CANCELLED),
    bad("5305620000040002", "MasterCard", Failure::CANCELLED),
    bad("4100280000060003", "Visa", DECLINED),
    bad("4100280000050004", "Visa", DECLINED),
    bad("4100280000040005", "Visa", DECLINED),
    bad("5305620000030003", "MasterCard", DECLINED),
    bad("5305620000020004", "MasterCard", DECLINED),
    bad("5305620000010005", "MasterCard", DECLINED),
    bad("4100280000030006", "Visa", DISABLED),
    bad("5305620000000006", "MasterCard", DISABLED),
    bad("4100280000010008", "Visa", WRONG_NUMBER),
    bad("5305620000080008", "MasterCard", WRONG_NUMBER),
    bad("4100280000020007", "Visa", TECHNICAL),
    bad("5305620000090007", "MasterCard", TECHNICAL),
    bad("4100280000000009", "Visa", Failure::WRONG_OTP),
    bad("5305620000070009", "MasterCard", Failure::WRONG_OTP),
];

impl Instrument {
    /// `None` for a number that is not a test card. Blanks and dashes are skipped.
    pub(super) fn card(number: &str) -> Option<Self> {
        let number: String = number.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
        TEST_CARDS.iter().find(|card| card.number == number).map(Self::Card)
    }

    /// The usual instrument of a method; `None` for a method the simulator does not play.
    pub(super) fn usual(method: &str) -> Option<Self> {
        match method {
            "card" => Some(Self::Card(&TEST_CARDS[0])),
            "upi" => Some(Self::Upi("success@razorpay".to_owned())),
            "netbanking" => Some(Self::Netbanking("HDFC".to_owned())),
            _ => None,
        }
    }

    /// What this instrument comes to when the customer asks for a failure.
    pub(super) fn failure(&self) -> Failure {
        match self {
            Self::Card(card) => card.failure.unwrap_or(Failure::DECLINED),
            Self::Upi(_) | Self::Netbanking(_) => Failure::DECLINED,
        }
    }

    /// What comes of it when nobody chooses.
    pub(super) fn fails_by_itself(&self) -> Option<Failure> {
        match self {
            Self::Card(card) => card.failure,
            Self::Upi(vpa) if vpa == "failure@razorpay" => Some(Failure::DECLINED),
            Self::Upi(_) | Self::Netbanking(_) => None,
        }
    }

    /// A fresh payment of an order by this means; money and customer are filled in by the caller.
    pub(super) fn payment(&self, clock: &Clock, order_id: &str) -> Payment {
        let mut payment = blank(clock.new_id("pay_"), order_id);
        match self {
            Self::Card(card) => {
                let shown = card.shown(clock.new_id("card_"));
                payment.method = "card".to_owned();
                payment.international = card.international;
                payment.card_id = Some(shown.id.clone());
                payment.card = Some(shown);
            }
            Self::Upi(vpa) => {
                payment.method = "upi".to_owned();
                payment.vpa = Some(vpa.clone());
                payment.upi = Some(Upi { vpa: vpa.clone() });
            }
            Self::Netbanking(bank) => {
                payment.method = "netbanking".to_owned();
                payment.bank = Some(bank.clone());
            }
        }
        payment
    }

    /// The `acquirer_data` of an authorised payment.
    pub(super) fn bank_reference(method: &str, clock: &Clock) -> Value {
        match method {
            "card" => json!({ "auth_code": clock.digits(6) }),
            "upi" => json!({ "rrn": clock.digits(12), "upi_transaction_id": clock.digits(32) }),
            _ => json!({ "bank_transaction_id": clock.digits(7) }),
        }
    }
}

impl TestCard {
    fn shown(&self, id: String) -> Card {
        Card {
            id,
            entity: "card".to_owned(),
            name: String::new(),
            last4: self.number.chars().skip(self.number.len().saturating_sub(4)).collect(),
            network: self.network.to_owned(),
            kind: "credit".to_owned(),
            issuer: None,
            international: self.international,
            emi: false,
            sub_type: "consumer".to_owned(),
            token_iin: None,
        }
    }
}

fn blank(id: String, order_id: &str) -> Payment {
    Payment {
        id,
        entity: "payment".to_owned(),
        amount: 0,
        currency: String::new(),
        status: PaymentStatus::Created,
        order_id: Some(order_id.to_owned()),
        invoice_id: None,
        international: false,
        method: String::new(),
        amount_refunded: 0,
        refund_status: None,
        captured: false,
        description: None,
        card_id: None,
        card: None,
        bank: None,
        wallet: None,
        vpa: None,
        email: None,
        contact: None,
        notes: Notes::default(),
        fee: None,
        tax: None,
        error_code: None,
        error_description: None,
        error_source: None,
        error_step: None,
        error_reason: None,
        acquirer_data: json!({}),
        created_at: 0,
        upi: None,
        tail: serde_json::Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_test_cards_are_taken() {
        assert!(matches!(Instrument::card("4100 2800-0000 1007"), Some(Instrument::Card(_))));
        assert!(Instrument::card("4111111111111111").is_none());
        let poor = Instrument::card("5305620000050001").unwrap();
        assert_eq!(poor.failure().reason, "insufficient_fund");
        let mut numbers: Vec<_> = TEST_CARDS.iter().map(|card| card.number).collect();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), TEST_CARDS.len());
    }

    #[test]
    fn an_otp_has_four_to_ten_digits() {
        assert!(["1234", "1234567890"].iter().all(|otp| Failure::of_otp(otp).is_none()));
        assert!(
            ["", "123", "12345678901", "12a4"].iter().all(|otp| Failure::of_otp(otp).is_some())
        );
    }
}
