// A whole shop on one page: what is sold, a cart, signing in, buying.
import { CartManager, Checkout, Lost, Problem } from "./client/kirana.js";

const { api, razorpay } = document.documentElement.dataset;
const cart = new CartManager({ api });
const checkout = new Checkout(cart, { script: `${razorpay}/v1/checkout.js` });
const $ = (selector) => document.querySelector(selector);

function button(text, label, pressed) {
  const made = document.createElement("button");
  made.textContent = text;
  made.ariaLabel = label;
  made.addEventListener("click", () => attempt(pressed));
  return made;
}

function row(...parts) {
  const made = document.createElement("li");
  made.append(...parts.map((part) => (typeof part === "string" ? span(part) : part)));
  return made;
}

function span(text) {
  const made = document.createElement("span");
  made.textContent = text;
  return made;
}

/** A picture's address is one within the shop. */
function picture(path) {
  const made = new Image(48, 48);
  made.alt = "";
  made.loading = "lazy";
  made.src = new URL(path, api).href;
  return made;
}

/** Runs what a shopper asked for and tells what went wrong in the shop's own words. */
async function attempt(work) {
  $("#message").textContent = "";
  try {
    return await work();
  } catch (trouble) {
    if (!(trouble instanceof Problem || trouble instanceof Lost)) throw trouble;
    const fields = (trouble.errors ?? []).map(({ detail }) => detail);
    $("#message").textContent = [trouble.message, ...fields].join(" ");
  }
}

cart.subscribe(({ cart: shown, pending, offline, user, sign_in_ended, problems }) => {
  $("#units").value = String(shown.units);
  $("#subtotal").value = shown.subtotal.text;
  $("#subtotal").classList.toggle("waits", pending > 0);
  $("#items").replaceChildren(
    ...shown.items.map(({ product_id, name, quantity, warning }) =>
      row(
        `${quantity} × ${name}${warning ? `. ${warning.text}` : ""}`,
        button("−", `One ${name} less`, () =>
          quantity > 1 ? cart.set(product_id, quantity - 1) : cart.remove(product_id),
        ),
        button("+", `One more ${name}`, () => cart.add(product_id)),
        button("Remove", `Remove ${name}`, () => cart.remove(product_id)),
      ),
    ),
  );
  $("#standing").textContent = offline
    ? "No connection. What you ask for is kept and done later."
    : sign_in_ended
      ? "Please sign in again."
      : "";
  $("#sign-in").hidden = user !== null;
  $("#user").hidden = user === null;
  $("#user output").value = user?.name ?? "";
  for (const told of problems) {
    $("#message").textContent = told.problem.detail;
    void cart.dismiss(told);
  }
});

await attempt(async () => {
  for (let cursor = ""; cursor !== null; ) {
    const { items, next } = await cart.ask("GET", `products${cursor && `?cursor=${cursor}`}`);
    $("#products").append(
      ...items.map((product) =>
        row(
          picture(product.picture),
          `${product.name}, ${product.pack}: ${product.price.text}`,
          button("Add", `Add ${product.name}`, () => cart.add(product.id, 1, product)),
        ),
      ),
    );
    cursor = next;
  }
});

$("#sign-in").addEventListener("submit", (event) => {
  event.preventDefault();
  const { email, password } = Object.fromEntries(new FormData(event.target));
  void attempt(async () => {
    $("#standing").textContent = (await cart.login(email, password)) ?? "";
  });
});
$("#sign-out").addEventListener("click", () => attempt(() => cart.logout()));

const on = {
  placed: (order) => ($("#outcome").textContent = `To pay: ${order.total.text}.`),
  failed: ({ description }) => ($("#outcome").textContent = `Not paid: ${description}`),
  checking: () => ($("#outcome").textContent = "Thank you. We are asking about your payment…"),
};

function tell(outcome) {
  $("#open").hidden = outcome?.state !== "waiting";
  $("#outcome").textContent = {
    paid: `Thank you. Your order is ${outcome?.number}.`,
    waiting: "Nothing was paid yet.",
    under_way: "Your payment is under way. We will write to you.",
    ended: "That order is over.",
  }[outcome?.state] ?? "";
}

$("#order").addEventListener("submit", (event) => {
  event.preventDefault();
  const { email, ...address } = Object.fromEntries(new FormData(event.target));
  void attempt(async () => {
    const { digest, total } = await checkout.preview();
    $("#preview").textContent = `With shipping and taxes: ${total.text}.`;
    tell(await checkout.buy({ digest, address, ...(email && { email }) }, on));
  });
});
$("#resume").addEventListener("click", () => attempt(async () => tell(await checkout.resume(on))));
$("#cancel").addEventListener("click", () => attempt(async () => tell(await checkout.cancel())));

// What a closed browser left behind is found out first thing.
await attempt(async () => tell(await checkout.recover()));
document.documentElement.dataset.ready = "yes";
