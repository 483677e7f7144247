package io.gpuinfer.engine.plan;

/**
 * The device's buffers, in the order in which a reference numbers them. Weights that are more than
 * one holds go on in buffers after the last of these, their shards.
 */
enum Buffer {
  ARENA,
  WEIGHTS,
  IN,
  OUT,
  TABLE;

  private static final int OFFSET_BITS = 29;

  /** Buffers that a reference can tell apart. */
  private static final int NUMBERS = 1 << (Integer.SIZE - OFFSET_BITS);

  /** Elements that a reference can reach: just under 2 GiB of four bytes. */
  static final int MAX_ELEMENTS = (1 << OFFSET_BITS) - 64;

  /** Buffers that weights can have: {@link #WEIGHTS}, and all numbers that are left. */
  static final int MAX_SHARDS = 1 + NUMBERS - values().length;

  /** The offset into {@link #WEIGHTS} of an element of one of its shards, the first being 0. */
  static long inShard(int shard, long element) {
    return (long) shard << OFFSET_BITS | element;
  }

  /**
   * The reference to an element of this buffer.
   *
   * @param offset for {@link #WEIGHTS} also one of {@link #inShard}
   */
  int at(long offset) {
    long shard = offset >> OFFSET_BITS;
    long element = offset - (shard << OFFSET_BITS);
    boolean exists = shard == 0 || (this == WEIGHTS && shard > 0 && shard < MAX_SHARDS);
    if (!exists || element >= MAX_ELEMENTS) {
      throw new TooLargeException(this + " needs over " + MAX_ELEMENTS + " elements (2 GiB)");
    }
    long number = shard == 0 ? ordinal() : values().length - 1 + shard;
    return (int) (number << OFFSET_BITS | element);
  }
}
