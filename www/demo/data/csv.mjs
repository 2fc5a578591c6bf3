/**
 * Splits one line of the order file into its fields.
 * The file quotes a field only when it holds a comma or a quote, and never breaks a field over two lines.
 * @param {string} line
 * @returns {string[]}
 */
export function fields(line) {
  if (!line.includes('"')) return line.split(',');
  /** @type {string[]} */
  const out = [];
  let field = '';
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    const char = line[i];
    if (char === '"' && quoted && line[i + 1] === '"') {
      field += '"';
      i++;
    } else if (char === '"') {
      quoted = !quoted;
    } else if (char === ',' && !quoted) {
      out.push(field);
      field = '';
    } else {
      field += char;
    }
  }
  out.push(field);
  return out;
}
