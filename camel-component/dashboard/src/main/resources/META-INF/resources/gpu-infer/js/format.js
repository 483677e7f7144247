/** Figures as they are read: three digits that count, the unit behind them, a dash for what is not known. */

export const UNKNOWN = '–';

const grouped = new Intl.NumberFormat('en', {maximumSignificantDigits: 3});
const whole = new Intl.NumberFormat('en', {maximumFractionDigits: 0});
const clock = new Intl.DateTimeFormat('en-GB', {hour: '2-digit', minute: '2-digit', second: '2-digit'});

/** Three digits that count; all of a large number. */
export function number(value) {
  if (value === null || value === undefined) {
    return UNKNOWN;
  }
  return (Math.abs(value) >= 1000 ? whole : grouped).format(value);
}

export function withUnit(value, unit) {
  return value === null || value === undefined ? UNKNOWN : `${number(value)} ${unit}`;
}

export function ms(value) {
  return withUnit(value, 'ms');
}

export function percent(share) {
  return share === null || share === undefined ? UNKNOWN : `${number(100 * share)} %`;
}

export function bytes(value) {
  return scaled(value, 1024, ['B', 'KiB', 'MiB', 'GiB', 'TiB']);
}

/** Of a number of 10⁹ operations. */
export function gflop(value) {
  return scaled(value, 1000, ['GFLOP', 'TFLOP', 'PFLOP', 'EFLOP', 'ZFLOP']);
}

/** The time of day, to the second. */
export function time(at) {
  return at === null || at === undefined ? UNKNOWN : clock.format(at);
}

/** A length of time in its two largest units, such as 3 min 20 s. */
export function duration(seconds) {
  if (seconds === null || seconds === undefined) {
    return UNKNOWN;
  }
  if (seconds < 60) {
    return `${number(seconds)} s`;
  }
  const units = [['d', 86400], ['h', 3600], ['min', 60], ['s', 1]];
  let rest = Math.round(seconds);
  const first = units.findIndex(([, size]) => rest >= size);
  return units.slice(first, first + 2).map(([unit, size]) => {
    const amount = Math.floor(rest / size);
    rest -= amount * size;
    return amount > 0 ? `${whole.format(amount)} ${unit}` : '';
  }).filter(part => part).join(' ');
}

function scaled(value, step, units) {
  if (value === null || value === undefined) {
    return UNKNOWN;
  }
  let amount = value;
  let unit = 0;
  while (Math.abs(amount) >= step && unit < units.length - 1) {
    amount /= step;
    unit++;
  }
  return `${number(amount)} ${units[unit]}`;
}
