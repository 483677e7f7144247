package io.gpuinfer.engine.plan;

import java.util.Arrays;

/** One call of a kernel: the opcode, the next record of the pass, and the kernel's own words. */
final class Record {

  /** Words before the kernel's own: opcode, and offset of the next record. */
  static final int HEADER = 2;

  private final Opcode opcode;
  private int[] words = new int[32];
  private int length = HEADER;

  Record(Opcode opcode) {
    this.opcode = opcode;
    words[0] = opcode.ordinal();
  }

  Record add(int... values) {
    if (length + values.length > words.length) {
      words = Arrays.copyOf(words, Math.max(words.length * 2, length + values.length));
    }
    System.arraycopy(values, 0, words, length, values.length);
    length += values.length;
    return this;
  }

  Record addReal(float value) {
    return add(Float.floatToRawIntBits(value));
  }

  Opcode opcode() {
    return opcode;
  }

  int length() {
    return length;
  }

  void writeTo(int[] table, int at, int next) {
    System.arraycopy(words, 0, table, at, length);
    table[at + 1] = next;
  }
}
