package io.gpuinfer.engine.plan;

/** The device's buffers, in the order in which a reference numbers them. */
enum Buffer {
  ARENA,
  WEIGHTS,
  IN,
  OUT,
  TABLE;

  private static final int OFFSET_BITS = 29;

  /** Elements that a reference can reach: just under 2 GiB of four bytes. */
  static final int MAX_ELEMENTS = (1 << OFFSET_BITS) - 64;

  /** The reference to an element of this buffer. */
  int at(long offset) {
    if (offset < 0 || offset >= MAX_ELEMENTS) {
      throw new TooLargeException(this + " needs over " + MAX_ELEMENTS + " elements (2 GiB)");
    }
    return ordinal() << OFFSET_BITS | (int) offset;
  }
}
