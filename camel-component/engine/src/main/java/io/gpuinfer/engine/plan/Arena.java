package io.gpuinfer.engine.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Gives values their places in one block of memory, such that values alive at the same time do not
 * overlap: the largest first, each at the lowest place that is free for its whole life ("greedy by
 * size", Pisarchyk and Lee, Efficient Memory Management for Deep Neural Net Inference, 2020).
 */
final class Arena {

  /** Words that the kernels keep for themselves at the start. */
  static final int RESERVED = 64;

  /** A place asked for; {@code offset} is set by {@link #layOut}. */
  static final class Block {
    private final long size;
    private final int from;
    private int to;
    private long offset = -1;

    private Block(long size, int from) {
      this.size = size;
      this.from = from;
      this.to = from;
    }

    /** Keeps the block until this op has run. */
    void usedAt(int op) {
      to = Math.max(to, op);
    }

    long offset() {
      return offset;
    }
  }

  private final Target target;
  private final boolean reuse;
  private final List<Block> blocks = new ArrayList<>();
  private long size;

  Arena(Target target, boolean reuse) {
    this.target = target;
    this.reuse = reuse;
  }

  /** A block that is written by an op. */
  Block block(long elements, int writtenAt) {
    Block block = new Block(elements, writtenAt);
    blocks.add(block);
    return block;
  }

  void layOut() {
    List<Block> placed = new ArrayList<>();
    List<Block> order = new ArrayList<>(blocks);
    order.sort(Comparator.comparingLong((Block block) -> -block.size));
    long first = target.align(RESERVED);
    for (Block block : order) {
      long at = first;
      for (Block other : placed) { // sorted by offset
        boolean together = !reuse || (block.from <= other.to && other.from <= block.to);
        if (together && other.offset < at + block.size && at < other.offset + other.size) {
          at = target.align(other.offset + other.size);
        }
      }
      block.offset = at;
      placed.add(block);
      placed.sort(Comparator.comparingLong(b -> b.offset));
      size = Math.max(size, at + block.size);
    }
    Buffer.ARENA.at(size);
  }

  /** Elements in all, after {@link #layOut}. */
  long size() {
    return Math.max(size, target.align(RESERVED));
  }

  /** The most elements alive at one op: no layout can be smaller. */
  long largestLive() {
    int ops = blocks.stream().mapToInt(block -> block.to).max().orElse(0);
    long most = 0;
    for (int op = 0; op <= ops; op++) {
      int now = op;
      most =
          Math.max(
              most,
              blocks.stream()
                  .filter(b -> b.from <= now && now <= b.to)
                  .mapToLong(b -> b.size)
                  .sum());
    }
    return most;
  }
}
