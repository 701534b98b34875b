// Opens the gateway's window over the pay page. The form below it works without this file: whenever
// something here cannot be done, the form is sent and the gateway's hosted page takes over.
"use strict";
(() => {
  const form = document.getElementById("pay");
  const status = document.getElementById("pay-status");
  if (!form) return;
  const value = (name) => form.elements.namedItem(name).value;
  const say = (text) => { status.textContent = text; };

  let loading;
  const load = () => loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = form.dataset.checkout;
    script.onload = () => (window.Razorpay ? resolve() : reject(new Error("no checkout")));
    script.onerror = () => reject(new Error("checkout did not load"));
    setTimeout(() => reject(new Error("checkout took too long")), 10000);
    document.head.append(script);
  });

  // The same door as the hosted page's return: a form post that carries the signed result. It stays at the
  // name under which this page was opened, which need not be the shop's first one.
  const report = (result) => {
    const door = new URL(value("callback_url"));
    const back = document.createElement("form");
    back.method = "post";
    back.action = door.pathname + door.search;
    for (const [name, text] of Object.entries(result)) {
      const field = document.createElement("input");
      field.type = "hidden";
      field.name = name;
      field.value = text;
      back.append(field);
    }
    document.body.append(back);
    say("Thank you. We are checking your payment…");
    back.submit();
  };

  const open = () => {
    const checkout = new window.Razorpay({
      key: value("key_id"),
      order_id: value("order_id"),
      amount: Number(value("amount")),
      currency: value("currency"),
      name: value("name"),
      description: value("description"),
      prefill: {
        name: value("prefill[name]"),
        email: value("prefill[email]"),
        contact: value("prefill[contact]"),
      },
      callback_url: value("callback_url"),
      handler: report,
      modal: {
        confirm_close: true,
        ondismiss: () => say("The payment window was closed. If you did pay, we will know in a moment."),
      },
    });
    checkout.on("payment.failed", (answer) => {
      const why = answer && answer.error && answer.error.description;
      say(`That payment did not go through${why ? `: ${why}` : "."} You can try again.`);
    });
    checkout.open();
    say("");
  };

  // Loaded ahead, so that the first press opens at once.
  load().catch(() => {});
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    say("Opening the payment window…");
    load().then(open).catch(() => form.submit());
  });
  form.dataset.ready = "yes";
})();
