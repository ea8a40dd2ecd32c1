// Runs bytecode with symbols in the place of calldata, caller, chain, contract and storage: every path, each with the conditions under which it is taken and
// what it ends with. A term is a bigint or a node {op, args, id}; equal terms are one object, so that `===` compares them. What the code hashes is kept as the
// words hashed. Memory has concrete places, and so has everything that decides how much is copied or hashed; a place that is not is an error and never a guess.
import { keccak256 } from 'viem';

const MASK = (1n << 256n) - 1n;
export const mod = (value) => value & MASK;
const nodes = new Map();
let count = 0;

// Numbers have names too, so that keys are short.
const numbers = new Map();
function nameOf(arg) {
  if (typeof arg !== 'bigint') return arg.id;
  let name = numbers.get(arg);
  if (name === undefined) numbers.set(arg, (name = ++count));
  return name;
}

function intern(op, args, extra = '') {
  let key = op + extra;
  for (let i = 0; i < args.length; i++) key += `,${nameOf(args[i])}`;
  let node = nodes.get(key);
  if (!node) nodes.set(key, (node = { op, args, extra, id: ++count }));
  return node;
}

const isConst = (term) => typeof term === 'bigint';
export const symbol = (name) => intern('SYMBOL', [], name);

// Sums are kept as a constant and a multiple of each other term: places in calldata are sums, and so have one form only.
function partsOf(term) {
  if (isConst(term)) return { constant: term, terms: new Map() };
  if (term.op === 'SUM') return { constant: term.args[0], terms: new Map(term.args.slice(1).map((part, i) => [part, BigInt(term.extra.split(' ')[i])])) };
  return { constant: 0n, terms: new Map([[term, 1n]]) };
}

function sumOf(constant, terms) {
  const kept = [...terms].filter(([, factor]) => factor !== 0n).sort(([a], [b]) => a.id - b.id);
  if (kept.length === 0) return constant;
  if (kept.length === 1 && kept[0][1] === 1n && constant === 0n) return kept[0][0];
  return intern('SUM', [constant, ...kept.map(([term]) => term)], kept.map(([, factor]) => factor).join(' '));
}

export function add(a, b, factor = 1n) {
  if (isConst(a) && isConst(b)) return mod(a + factor * b);
  const left = partsOf(a);
  const right = partsOf(b);
  for (const [term, times] of right.terms) left.terms.set(term, mod((left.terms.get(term) ?? 0n) + factor * times));
  return sumOf(mod(left.constant + factor * right.constant), left.terms);
}

function times(term, factor) {
  const { constant, terms } = partsOf(term);
  return sumOf(mod(constant * factor), new Map([...terms].map(([part, by]) => [part, mod(by * factor)])));
}

const signed = (value) => (value >> 255n ? value - (1n << 256n) : value);
const bit = (yes) => (yes ? 1n : 0n);
const BOOLEAN = new Set(['LT', 'SLT', 'EQ', 'ISZERO']);

const FOLD = {
  DIV: (a, b) => (b === 0n ? 0n : a / b), MOD: (a, b) => (b === 0n ? 0n : a % b),
  LT: (a, b) => bit(a < b), SLT: (a, b) => bit(signed(a) < signed(b)), EQ: (a, b) => bit(a === b),
  AND: (a, b) => a & b, OR: (a, b) => a | b, XOR: (a, b) => a ^ b,
  SHL: (by, a) => (by > 255n ? 0n : mod(a << by)), SHR: (by, a) => (by > 255n ? 0n : a >> by),
  SAR: (by, a) => mod(signed(a) >> (by > 255n ? 255n : by)), BYTE: (i, a) => (i > 31n ? 0n : (a >> (8n * (31n - i))) & 0xffn),
  EXP: (a, b) => { let result = 1n; for (let base = a, left = b; left > 0n; left >>= 1n, base = mod(base * base)) if (left & 1n) result = mod(result * base); return result; },
  SIGNEXTEND: (k, a) => (k > 30n ? a : mod(BigInt.asIntN(Number(8n * (k + 1n)), a))),
};

export function term(op, a, b) {
  switch (op) {
    case 'ADD': return add(a, b);
    case 'SUB': return add(a, b, MASK);
    case 'GT': return term('LT', b, a);
    case 'SGT': return term('SLT', b, a);
    case 'NOT': return isConst(a) ? MASK ^ a : intern('NOT', [a]);
    case 'ISZERO':
      if (isConst(a)) return bit(a === 0n);
      if (a.op === 'ISZERO' && BOOLEAN.has(a.args[0].op)) return a.args[0];
      return intern('ISZERO', [a]);
    default:
  }
  if (op === 'MUL') {
    if (isConst(a)) return times(b, a);
    if (isConst(b)) return times(a, b);
    return intern('MUL', a.id < b.id ? [a, b] : [b, a]);
  }
  if (isConst(a) && isConst(b)) return FOLD[op](a, b);
  if (op === 'SHL' && isConst(a)) return a > 255n ? 0n : times(b, 1n << a);
  if (op === 'AND' || op === 'OR' || op === 'XOR' || op === 'EQ') {
    // The constant last.
    if (isConst(a) || (!isConst(b) && a.id > b.id)) [a, b] = [b, a];
    if (op === 'EQ' && a === b) return 1n;
    if (op === 'EQ' && b === 0n) return term('ISZERO', a);
    if (op === 'AND' && b === 0n) return 0n;
    if (op === 'AND' && b === MASK) return a;
    if (op === 'AND' && isConst(b) && a.op === 'AND' && isConst(a.args[1])) return term('AND', a.args[0], a.args[1] & b);
    if ((op === 'OR' || op === 'XOR') && b === 0n) return a;
  }
  if (op === 'LT' && (a === b || b === 0n)) return 0n;
  if ((op === 'SHR' || op === 'SAR') && a === 0n) return b;
  return intern(op, [a, b]);
}

/** The word at a place of the calldata. */
export const calldata = (place) => intern('CALLDATA', [place]);

/** A word of 32 bytes, each a number or [term, which of its bytes]. */
function wordOf(bytes) {
  const first = bytes[0];
  if (Array.isArray(first) && first[1] === 0 && bytes.every((byte, i) => Array.isArray(byte) && byte[0] === first[0] && byte[1] === i)) return first[0];
  if (bytes.every((byte) => typeof byte === 'number')) return BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
  // Runs of bytes: of one term, or of zeros and constants.
  const args = [];
  const shape = [];
  for (let i = 0; i < 32;) {
    const from = bytes[i];
    let to = i + 1;
    if (Array.isArray(from)) while (to < 32 && Array.isArray(bytes[to]) && bytes[to][0] === from[0] && bytes[to][1] === from[1] + to - i) to++;
    else while (to < 32 && typeof bytes[to] === 'number') to++;
    args.push(Array.isArray(from) ? from[0] : BigInt(`0x${Buffer.from(bytes.slice(i, to)).toString('hex')}`));
    shape.push(Array.isArray(from) ? `${from[1]}+${to - i}` : `c+${to - i}`);
    i = to;
  }
  return intern('CONCAT', args, shape.join(' '));
}

function byteOf(term, i) {
  if (isConst(term)) return Number((term >> BigInt(8 * (31 - i))) & 0xffn);
  if (term.op !== 'CONCAT') return [term, i];
  let left = i;
  for (const [at, part] of term.extra.split(' ').entries()) {
    const [from, size] = part.split('+');
    if (left < Number(size)) return from === 'c' ? Number((term.args[at] >> BigInt(8 * (Number(size) - 1 - left))) & 0xffn) : [term.args[at], Number(from) + left];
    left -= Number(size);
  }
  throw new Error('a word has 32 bytes');
}

/** The hash of so many bytes of these words; what lies behind the bytes is zero. */
export function hash(words, size = words.length * 32) {
  if (words.every(isConst)) return BigInt(keccak256(`0x${words.map((word) => word.toString(16).padStart(64, '0')).join('').slice(0, size * 2)}`));
  return intern('HASH', words, String(size));
}

/** Words of bytes, each a number or [term, which of its bytes]; padded with zeros. */
export function wordsOf(bytes) {
  const words = [];
  for (let i = 0; i < bytes.length; i += 32) {
    const part = bytes.slice(i, i + 32);
    while (part.length < 32) part.push(0);
    words.push(wordOf(part));
  }
  return words;
}

export const bytesOf = (word) => Array.from({ length: 32 }, (_, i) => byteOf(word, i));

/** Memory by words; a copy is cheap, because a word is replaced and never changed. */
class Memory {
  constructor(words = new Map()) { this.words = words; }
  copy() { return new Memory(new Map(this.words)); }
  byte(place) { return byteOf(this.words.get(place >> 5) ?? 0n, place & 31); }
  load(place) {
    if ((place & 31) === 0) return this.words.get(place >> 5) ?? 0n;
    return wordOf(Array.from({ length: 32 }, (_, i) => this.byte(place + i)));
  }
  store(place, word) {
    if ((place & 31) === 0) this.words.set(place >> 5, word);
    else this.write(place, bytesOf(word));
  }
  write(place, bytes) {
    for (let at = place; at < place + bytes.length;) {
      const base = at & ~31;
      const end = Math.min(base + 32, place + bytes.length);
      const word = Array.from({ length: 32 }, (_, i) => (base + i >= at && base + i < end ? bytes[base + i - place] : this.byte(base + i)));
      this.words.set(base >> 5, wordOf(word));
      at = end;
    }
  }
  read(place, size) { return Array.from({ length: size }, (_, i) => this.byte(place + i)); }
}

const NAMES = {
  1: 'ADD', 2: 'MUL', 3: 'SUB', 4: 'DIV', 6: 'MOD', 0x0a: 'EXP', 0x0b: 'SIGNEXTEND', 0x10: 'LT', 0x11: 'GT', 0x12: 'SLT', 0x13: 'SGT', 0x14: 'EQ', 0x16: 'AND', 0x17: 'OR',
  0x18: 'XOR', 0x1a: 'BYTE', 0x1b: 'SHL', 0x1c: 'SHR', 0x1d: 'SAR',
};
const SYMBOLS = { 0x30: 'ADDRESS', 0x33: 'CALLER', 0x34: 'CALLVALUE', 0x36: 'CALLDATASIZE', 0x42: 'TIMESTAMP', 0x46: 'CHAINID' };

/**
 * Every path through `code` until it returns, reverts, reads storage or calls, or to its end.
 * @param code The bytes.
 * @param holes Terms that the constructor wrote into the code, by the place of the word.
 * @param known [term, constant] that hold on every path; the prover has to suppose them as well.
 * @param stopAt A condition at which a path is not followed further.
 * @param onward Whether to go on past storage and calls: what is read or answered there is anything, and a path has a list of what it did.
 * @returns paths {end, conditions: [term, whether it is not zero], data | slot}
 */
export function run(code, { holes = new Map(), known = [], stopAt, onward = false, maxSteps = 200_000 } = {}) {
  const supposed = new Map(known);
  const settle = (value) => (isConst(value) ? value : (supposed.get(value) ?? value));
  const number = (value, what) => {
    if (!isConst(value) || value > 0xffffffn) throw new Error(`${what} is not a number known here`);
    return Number(value);
  };
  const paths = [];
  let fresh = 0;
  const pending = [{ pc: 0, stack: [], memory: new Memory(), conditions: [], decided: new Map(), steps: 0, deeds: [], answer: 0n }];

  while (pending.length > 0) {
    const state = pending.pop();
    const { stack, memory } = state;
    const pop = () => {
      if (stack.length === 0) throw new Error('the stack is empty');
      return stack.pop();
    };
    const push = (value) => stack.push(settle(value));
    const end = (kind, more = {}) => { paths.push({ end: kind, conditions: state.conditions, deeds: state.deeds, ...more }); };
    for (let going = true; going;) {
      if (++state.steps > maxSteps) throw new Error('a path is too long');
      const pc = state.pc;
      const op = pc < code.length ? code[pc] : 0;
      state.pc = pc + 1;
      if (NAMES[op]) {
        const a = pop();
        push(term(NAMES[op], a, pop()));
      } else if (SYMBOLS[op]) push(symbol(SYMBOLS[op]));
      else if (op >= 0x5f && op <= 0x7f) {
        const size = op - 0x5f;
        push(holes.get(pc + 1) ?? (size === 0 ? 0n : BigInt(`0x${Buffer.from(code.subarray(pc + 1, pc + 1 + size)).toString('hex').padEnd(size * 2, '0')}`)));
        state.pc = pc + 1 + size;
      } else if (op >= 0x80 && op <= 0x8f) {
        if (stack.length < op - 0x7f) throw new Error('the stack is too short');
        stack.push(stack[stack.length - (op - 0x7f)]);
      } else if (op >= 0x90 && op <= 0x9f) {
        const other = stack.length - 1 - (op - 0x8f);
        if (other < 0) throw new Error('the stack is too short');
        [stack[stack.length - 1], stack[other]] = [stack[other], stack[stack.length - 1]];
      } else {
        switch (op) {
          case 0x00: end('stop'); going = false; break;
          case 0x15: push(term('ISZERO', pop())); break;
          case 0x19: push(term('NOT', pop())); break;
          case 0x20: {
            const place = number(pop(), 'the place of a hash');
            const size = number(pop(), 'the size of a hash');
            push(place % 32 === 0 && size % 32 === 0
              ? hash(Array.from({ length: size / 32 }, (_, i) => memory.load(place + 32 * i)))
              : hash(wordsOf(memory.read(place, size)), size));
            break;
          }
          case 0x35: push(calldata(pop())); break;
          case 0x37: {
            const to = number(pop(), 'the target of a copy');
            const from = pop();
            const size = number(pop(), 'the size of a copy');
            for (let done = 0; done < size; done += 32) {
              const word = settle(calldata(add(from, BigInt(done))));
              if (size - done >= 32) memory.store(to + done, word);
              else memory.write(to + done, bytesOf(word).slice(0, size - done));
            }
            break;
          }
          case 0x38: push(BigInt(code.length)); break;
          case 0x39: {
            const to = number(pop(), 'the target of a copy');
            const from = number(pop(), 'the place in the code');
            const size = number(pop(), 'the size of a copy');
            memory.write(to, Array.from({ length: size }, (_, i) => code[from + i] ?? 0));
            break;
          }
          case 0x50: pop(); break;
          case 0x51: push(memory.load(number(pop(), 'a place in memory'))); break;
          case 0x52: {
            const place = number(pop(), 'a place in memory');
            memory.store(place, pop());
            break;
          }
          case 0x53: {
            const place = number(pop(), 'a place in memory');
            memory.write(place, [byteOf(pop(), 31)]);
            break;
          }
          case 0x3b: push(intern('CODESIZE', [pop()])); break;
          case 0x3d: push(state.answer); break;
          case 0x54: {
            const slot = pop();
            if (onward && !state.deeds.some(({ deed }) => deed === 'store' || deed === 'call')) push(intern('STORAGE', [slot]));
            else if (onward) push(symbol(`STORED${++fresh}`));
            else {
              end('sload', { slot });
              going = false;
            }
            break;
          }
          case 0x55: {
            if (!onward) throw new Error('storage is written');
            const slot = pop();
            state.deeds.push({ deed: 'store', slot, value: pop() });
            break;
          }
          case 0xa0: case 0xa1: case 0xa2: case 0xa3: case 0xa4: {
            const from = number(pop(), 'the place of a log');
            const data = memory.read(from, number(pop(), 'the size of a log'));
            state.deeds.push({ deed: 'log', data, topics: Array.from({ length: op - 0xa0 }, () => pop()) });
            break;
          }
          case 0x56: case 0x57: {
            const target = number(pop(), 'the target of a jump');
            let taken = true;
            if (op === 0x57) {
              let condition = pop();
              let wanted = true;
              while (!isConst(condition) && condition.op === 'ISZERO') {
                condition = condition.args[0];
                wanted = !wanted;
              }
              if (stopAt !== undefined && condition === stopAt) {
                end('stopped');
                going = false;
                break;
              }
              if (isConst(condition)) taken = (condition !== 0n) === wanted;
              else if (state.decided.has(condition)) taken = state.decided.get(condition) === wanted;
              else {
                const other = {
                  pc: state.pc, stack: [...stack], memory: memory.copy(), steps: state.steps, deeds: [...state.deeds], answer: state.answer,
                  conditions: [...state.conditions, [condition, !wanted]], decided: new Map(state.decided).set(condition, !wanted),
                };
                pending.push(other);
                state.conditions = [...state.conditions, [condition, wanted]];
                state.decided.set(condition, wanted);
              }
            }
            if (taken) {
              if (code[target] !== 0x5b) throw new Error('a jump to no target');
              state.pc = target;
            }
            break;
          }
          case 0x5a: push(symbol(`GAS${++fresh}`)); break;
          case 0x5b: break;
          case 0x5c: push(intern('TRANSIENT', [pop()])); break;
          // The lock is set once, and what is read of it afterwards is not followed here.
          case 0x5d: pop(); pop(); break;
          case 0x5e: {
            const to = number(pop(), 'the target of a copy');
            const from = number(pop(), 'the source of a copy');
            memory.write(to, memory.read(from, number(pop(), 'the size of a copy')));
            break;
          }
          case 0xf1: case 0xfa: {
            const to = (pop(), pop());
            const value = op === 0xf1 ? pop() : 0n;
            const from = number(pop(), 'the place of call data');
            const data = memory.read(from, number(pop(), 'the size of call data'));
            const place = number(pop(), 'the place of an answer');
            const size = number(pop(), 'the size of an answer');
            if (!onward) {
              end('call', { to, value, data });
              going = false;
              break;
            }
            state.deeds.push({ deed: op === 0xf1 ? 'call' : 'question', to, value, data });
            memory.write(place, bytesOf(symbol(`ANSWER${++fresh}`)).slice(0, size));
            state.answer = symbol(`SIZE${fresh}`);
            push(symbol(`OK${fresh}`));
            break;
          }
          case 0xf3: case 0xfd: {
            const from = number(pop(), 'the place of an answer');
            end(op === 0xf3 ? 'return' : 'revert', { data: memory.read(from, number(pop(), 'the size of an answer')) });
            going = false;
            break;
          }
          case 0xfe: end('revert', { data: [] }); going = false; break;
          default: throw new Error(`instruction 0x${op.toString(16)} at ${pc} is not known here`);
        }
      }
    }
  }
  return paths;
}

/* SMT-LIB */

const hex = (value) => `#x${value.toString(16).padStart(64, '0')}`;
const boolean = (test) => `(ite ${test} ${hex(1n)} ${hex(0n)})`;
const OPERATORS = { MUL: 'bvmul', AND: 'bvand', OR: 'bvor', XOR: 'bvxor' };

/**
 * What has any value: symbols, and what is read from a place. Two places that are not written alike may hold different words even where they are one place, so
 * that more is possible here than in truth: what is proved holds, and what is found possible is so where all places are numbers.
 */
const isOpen = (node) => ['SYMBOL', 'CALLDATA', 'TRANSIENT', 'STORAGE', 'CODESIZE'].includes(node.op);

/** What is open in a term. */
export function openIn(node, found = new Set(), seen = new Set()) {
  if (isConst(node) || seen.has(node)) return found;
  seen.add(node);
  if (isOpen(node)) found.add(node);
  else for (const arg of node.args) openIn(arg, found, seen);
  return found;
}

/** Terms that are all zero exactly if this one is. */
export function partsOfZero(node) {
  if (isConst(node)) return [node];
  if (node.op === 'OR') return node.args.flatMap(partsOfZero);
  if (node.op === 'SHR' && isConst(node.args[0]) && node.args[1].op === 'OR') return node.args[1].args.flatMap((arg) => partsOfZero(term('SHR', node.args[0], arg)));
  return [node];
}

/** A query over terms as bit vectors; hashes are functions of which nothing is known but that equal words have equal hashes. */
export class Query {
  constructor() {
    this.lines = [];
    this.defined = new Map();
    this.declared = new Set();
  }

  declare(name, sorts) {
    if (this.declared.has(name)) return;
    this.declared.add(name);
    this.lines.push(`(declare-fun ${name} (${Array(sorts).fill('(_ BitVec 256)').join(' ')}) (_ BitVec 256))`);
  }

  open(node, name) {
    this.declare(name, 0);
    if (name === 'CALLER' || name === 'ADDRESS') this.lines.push(`(assert (bvult ${name} ${hex(1n << 160n)}))`);
    // No transaction has as much; with less nothing that is added to a place in calldata wraps around.
    if (name === 'CALLDATASIZE') this.lines.push(`(assert (bvult ${name} ${hex(1n << 32n)}))`);
  }

  /** The term's name in the query. */
  use(node) {
    if (isConst(node)) return hex(node);
    const known = this.defined.get(node);
    if (known) return known;
    // Names by the order of use: queries that differ only in where things lie are one text.
    let name = `t${this.defined.size}`;
    if (isOpen(node)) {
      this.open(node, name = node.op === 'SYMBOL' ? node.extra : `w${this.defined.size}`);
      this.defined.set(node, name);
      return name;
    }
    const args = node.args.map((arg) => this.use(arg));
    name = `t${this.defined.size}`;
    let body;
    switch (node.op) {
      case 'HASH': this.declare(`keccak${node.extra}`, args.length); body = `(keccak${node.extra} ${args.join(' ')})`; break;
      case 'SUM': {
        const factors = node.extra.split(' ').map(BigInt);
        body = args.slice(1).map((arg, i) => (factors[i] === 1n ? arg : `(bvmul ${hex(factors[i])} ${arg})`)).reduce((sum, part) => `(bvadd ${sum} ${part})`, args[0]);
        break;
      }
      case 'CONCAT':
        body = `(concat ${args.map((arg, i) => {
          const [from, size] = node.extra.split(' ')[i].split('+');
          if (from === 'c') return `#x${node.args[i].toString(16).padStart(Number(size) * 2, '0')}`;
          const high = 255 - 8 * Number(from);
          return `((_ extract ${high} ${high - 8 * Number(size) + 1}) ${arg})`;
        }).join(' ')})`;
        break;
      case 'LT': body = boolean(`(bvult ${args.join(' ')})`); break;
      case 'SLT': body = boolean(`(bvslt ${args.join(' ')})`); break;
      case 'EQ': body = boolean(`(= ${args.join(' ')})`); break;
      case 'ISZERO': body = boolean(`(= ${args[0]} ${hex(0n)})`); break;
      case 'NOT': body = `(bvnot ${args[0]})`; break;
      case 'SHL': body = `(bvshl ${args[1]} ${args[0]})`; break;
      case 'SHR': body = `(bvlshr ${args[1]} ${args[0]})`; break;
      case 'SAR': body = `(bvashr ${args[1]} ${args[0]})`; break;
      case 'DIV': body = `(ite (= ${args[1]} ${hex(0n)}) ${hex(0n)} (bvudiv ${args.join(' ')}))`; break;
      case 'MOD': body = `(ite (= ${args[1]} ${hex(0n)}) ${hex(0n)} (bvurem ${args.join(' ')}))`; break;
      default:
        if (!OPERATORS[node.op]) throw new Error(`${node.op} of symbols is not known here`);
        body = `(${OPERATORS[node.op]} ${args.join(' ')})`;
    }
    this.lines.push(`(define-fun ${name} () (_ BitVec 256) ${body})`);
    this.defined.set(node, name);
    return name;
  }

  assert(text) { this.lines.push(`(assert ${text})`); }
  suppose(node, yes = true) { this.assert(yes ? `(not (= ${this.use(node)} ${hex(0n)}))` : `(= ${this.use(node)} ${hex(0n)})`); }
  text() { return [this.lines.some((line) => line.includes('(keccak')) ? '(set-logic QF_UFBV)' : '(set-logic QF_BV)', ...this.lines].join('\n'); }
}
