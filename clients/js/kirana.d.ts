// The types of the client. Those under "As the API writes them" are held against
// docs/openapi.json, the classes against the source, by end2end/client/types.mjs.

export interface Settings {
  /** The shop's API, such as `https://shop.example/api`. */
  api: string;
  /** Milliseconds after which an answer counts as lost. Default 15,000. */
  patience?: number;
  /** Milliseconds before the second try, and the most between two. Default 500 and 30,000. */
  backoff?: [first: number, most: number];
}

/** The cart in every tab of this browser. Needs IndexedDB, Web Locks and BroadcastChannel. */
export class CartManager {
  constructor(settings: Settings);
  /** What to show now. */
  state: CartState;
  /** Resolved when what this browser knew is shown; the shop's answer follows. */
  readonly ready: Promise<void>;
  /** Calls `listener` now and at every change; gives what ends that. */
  subscribe(listener: (state: CartState) => void): () => void;
  /**
   * Puts units in. Shown at once; resolved when the shop accepted it, rejected with `Problem` when
   * it refused. Any number of adds at once all count. `product` is what to show of it meanwhile.
   */
  add(product_id: string, quantity?: number, product?: Shown): Promise<CartState>;
  /** Sets a line to so many units, if the line is still as it was shown. */
  set(product_id: string, quantity: number): Promise<CartState>;
  /** Takes a line out, if it is still as it was shown. */
  remove(product_id: string): Promise<CartState>;
  /** Removes what is shown; what another device adds meanwhile stays. */
  empty(): Promise<CartState>;
  /**
   * Asks the shop anew; resolved when nothing waits any more. Rejected with `Lost` when the shop
   * cannot be reached, with `Problem` when it is not well: what waits goes on by itself.
   */
  refresh(): Promise<CartState>;
  /** The shopper has read it. */
  dismiss(told: Told): Promise<void>;
  /** Signs in; the guest's cart joins the account's. Gives what became of it, in a sentence. */
  login(email: string, password: string): Promise<string | null>;
  /** Forgets the sign-in here, and ends it at the shop if that can be reached. */
  logout(): Promise<void>;
  /** Any other address of the API, below its base, with the same recovery. */
  ask<T = any>(method: string, path: string, asked?: Asked): Promise<T>;
}

export interface CartState {
  /** The shop's cart with the changes that wait. Its money is what the shop last told. */
  cart: Cart;
  /** Changes that the shop has not settled yet; while there are any, sums may be old. */
  pending: number;
  /** The last request was not answered. What was asked for waits. */
  offline: boolean;
  user: Profile | null;
  /** The shop ended the sign-in: changes of that account wait until it signs in again. */
  sign_in_ended: boolean;
  /** Changes that were refused when the tab that asked for them was gone. */
  problems: Told[];
}

export interface Told {
  change: Change;
  problem: Problem;
}

/** What to show of a product that is on its way into the cart. */
export type Shown = Partial<Omit<CartItem, "product_id" | "quantity">>;

/** A change of the cart that is written down. */
export interface Change {
  place?: number;
  /** Its idempotency key. */
  key: string;
  /** In whose name it was asked: an account's address, or "guest". */
  owner: string;
  /** The tab that is to be told. */
  tab: string;
  kind: "add" | "set" | "remove";
  product_id: string;
  quantity: number;
  product?: Shown;
  /** Units of the line that were shown when it was asked. */
  seen?: number;
  /** When it was first sent. */
  sent?: number;
  problem?: ProblemFields;
}

/** From the cart to a paid order. */
export class Checkout {
  /** `script` is Razorpay's, unless the shop is a demonstration. */
  constructor(cart: CartManager, settings?: { script?: string });
  /**
   * What the order would come to, once every change of the cart is settled; rejected like
   * `refresh`.
   */
  preview(): Promise<Preview>;
  /** Places what was previewed and lets the shopper pay. Pressed twice it is the same order. */
  buy(wish: Wish, on?: Callbacks): Promise<Outcome>;
  /** Opens the window again for the order that waits; null if there is none. */
  resume(on?: Callbacks): Promise<Outcome | null>;
  /** What became of the order that this browser had begun; null if there was none. */
  recover(): Promise<Outcome | null>;
  /** Calls the order off that waits, or tells how it ended already; null if there is none. */
  cancel(): Promise<Outcome | null>;
}

/** The body of `payments/create-from-cart`, with the `digest` of the preview that was shown. */
export type Wish = CreateFromCart & { digest: string };

export interface Callbacks {
  /** The order is written; Razorpay's window opens next. */
  placed?(order: Order): void;
  /** One try failed; the window stays open for the next. The fields are Razorpay's. */
  failed?(error: { code?: string; description?: string; reason?: string }): void;
  /** The window is closed after a payment, the shop is asked what was paid. */
  checking?(): void;
}

export interface Outcome {
  /**
   * `paid`: the shop says so. `waiting`: nothing was paid, the order is kept for a while and
   * `resume` opens the window again. `under_way`: ask again later with `recover`. `ended`: the
   * order is over; money that came all the same goes back.
   */
  state: "paid" | "waiting" | "under_way" | "ended";
  /** Null when the shop's answer to the order was never seen; `resume` and `cancel` ask again. */
  order: PlacedOrder | null;
  /** The order's number, once it is paid. */
  number: string | null;
}

export type PlacedOrder = Pick<Order, "id" | "access_key" | "total" | "expires_at">;

export interface Payment {
  key: string;
  owner: string;
  wish: Wish;
  order?: PlacedOrder;
  /** What its window is opened with. */
  razorpay?: object;
  returned?: RazorpayReturn;
  /** What was begun before it; gone on with if the shop refuses this one. */
  before?: Payment;
}

/** What outlives a tab. */
export interface Kept {
  cart?: Cart & { tag: string | null };
  cart_token?: string;
  payment?: Payment;
  sign_in?: { access: string; refresh: string; user: Profile };
  sign_in_ended?: boolean;
  /** The cart is to be asked for anew, since this was written. */
  stale?: string;
}

export interface Writing {
  keep?: Partial<Kept>;
  put?: Change[];
  drop?: Change[];
}

export interface Asked {
  body?: unknown;
  /** `Idempotency-Key`: with it a POST is tried again when no answer came. */
  key?: string;
  /** `If-Match`. */
  tag?: string | null;
  /** Only in this one's name; null: in nobody's, for what opens by itself. */
  as?: string | null;
  /** How often it is tried in all. */
  tries?: number;
}

export interface ProblemFields {
  type: string;
  status: number;
  title: string;
  detail: string;
  errors?: FieldProblem[];
  /** Seconds that the shop asked to wait. */
  retry_after?: number;
}

/** The shop said no. `type` is the word that docs/api.md lists; `detail` may be shown. */
export class Problem extends Error implements ProblemFields {
  constructor(told: Partial<ProblemFields>);
  type: string;
  status: number;
  title: string;
  detail: string;
  errors: FieldProblem[];
  retry_after: number | undefined;
}

/** No answer came: what was asked may have been done, or not. */
export class Lost extends Error {
  constructor(cause: unknown);
}

// As the API writes them.

export interface Money {
  paise: number;
  text: string;
}

export interface Cart {
  id: string | null;
  version: number;
  items: CartItem[];
  units: number;
  subtotal: Money;
  tax: Money;
  savings: Money;
  can_check_out: boolean;
  notice?: string;
  cart_token?: string;
}

export interface CartItem {
  product_id: string;
  slug: string;
  name: string;
  pack: string;
  picture: string;
  quantity: number;
  unit_price: Money;
  seen_price: Money;
  unit_mrp: Money;
  total: Money;
  left: number;
  warning: CartWarning | null;
}

export interface CartWarning {
  kind: "withdrawn" | "sold-out" | "only-some-left" | "price-changed";
  text: string;
  stops_checkout: boolean;
}

export interface Profile {
  email: string;
  name: string;
  phone: string;
}

export interface Preview {
  cart: Cart;
  shipping: Money;
  total: Money;
  tax_inside_state: Tax;
  tax_outside_state: Tax;
  seller_state: string;
  changed: string[];
  digest: string;
}

export interface Tax {
  cgst: Money;
  sgst: Money;
  igst: Money;
}

export interface CreateFromCart {
  address_id?: string | null;
  address?: AddressFields | null;
  email?: string | null;
  digest?: string | null;
  accept_changes?: boolean;
}

export interface AddressFields {
  name: string;
  phone: string;
  line1: string;
  line2?: string;
  landmark?: string;
  city: string;
  state: string;
  pin: string;
}

export interface Order {
  id: string;
  number: string | null;
  state: "awaiting_payment" | "paid" | "expired" | "cancelled";
  payment: "waiting" | "under_way" | "paid" | "ended" | "unknown";
  access_key: string;
  email: string;
  ship_to: ShipToAddress;
  items: OrderItem[];
  subtotal: Money;
  shipping: Money;
  tax: Tax;
  savings: Money;
  total: Money;
  placed_at: string;
  expires_at: string;
  paid_at: string | null;
  refunds: OrderRefund[];
}

export interface ShipToAddress {
  name: string;
  phone: string;
  line1: string;
  line2: string;
  landmark: string;
  city: string;
  state: string;
  pin: string;
}

export interface OrderItem {
  product_id: string;
  slug: string;
  name: string;
  pack: string;
  picture: string;
  hsn: string;
  quantity: number;
  unit_price: Money;
  unit_mrp: Money;
  tax_rate_bp: number;
  tax: Tax;
  total: Money;
}

export interface OrderRefund {
  amount: Money;
  state: "under_way" | "processed" | "failed";
}

export interface RazorpayReturn {
  razorpay_order_id: string;
  razorpay_payment_id: string;
  razorpay_signature: string;
}

export interface FieldProblem {
  pointer: string;
  detail: string;
}
