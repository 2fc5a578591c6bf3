// Why a command cannot be carried out, and what to do about it.

export class Refusal extends Error {
  /** @param {string} message @param {string} help */
  constructor(message, help) {
    super(message);
    this.help = help;
  }
}
