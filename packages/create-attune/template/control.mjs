// The control Worker: consent, events, orders and publishing. Nothing but the binding CONTROL of the page Worker reaches it.
export { Control, Ledger, Orders, Publisher, default } from "__PACKAGE__/worker/control";
