package io.gpuinfer.engine.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Gives values their places in one block of memory, such that values alive at the same time do not
 * overlap: one after another, each at the lowest place that is free for its whole life ("greedy by
 * size" and "by breadth", Pisarchyk and Lee, Efficient Memory Management for Deep Neural Net
 * Inference, 2020).
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

  /** How much more than what is alive at once is near enough. */
  private static final double NEAR = 1.05;

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

  /**
   * Gives every block its place. Greedy placing is no optimum, so several orders are tried, unless
   * one comes near what is needed at least.
   */
  void layOut() {
    long enough = (long) (NEAR * largestLive());
    size = Long.MAX_VALUE;
    long[] best = new long[blocks.size()];
    for (Comparator<Block> order : orders()) {
      long tried = place(order);
      if (tried < size) {
        size = tried;
        Arrays.setAll(best, i -> blocks.get(i).offset);
      }
      if (size <= enough) {
        break;
      }
    }
    for (int i = 0; i < best.length; i++) {
      blocks.get(i).offset = best[i];
    }
    Buffer.ARENA.at(size);
  }

  /** The largest first; where most is alive first; what lives longest first. */
  private List<Comparator<Block>> orders() {
    Comparator<Block> bySize = Comparator.comparingLong(block -> -block.size);
    long[] alive = alive();
    Comparator<Block> byBreadth =
        Comparator.comparingLong(
            block -> -Arrays.stream(alive, block.from, block.to + 1).max().orElseThrow());
    Comparator<Block> byLife = Comparator.comparingLong(block -> block.from - block.to);
    return List.of(bySize, byBreadth.thenComparing(bySize), byLife.thenComparing(bySize));
  }

  /** Places the blocks in an order, and answers how many elements they need. */
  private long place(Comparator<Block> order) {
    List<Block> placed = new ArrayList<>(); // by offset
    long first = target.align(RESERVED);
    long end = first;
    for (Block block : blocks.stream().sorted(order).toList()) {
      long at = first;
      for (Block other : placed) {
        boolean together = !reuse || (block.from <= other.to && other.from <= block.to);
        if (together && other.offset < at + block.size && at < other.offset + other.size) {
          at = target.align(other.offset + other.size);
        }
      }
      block.offset = at;
      insert(block, placed);
      end = Math.max(end, at + block.size);
    }
    return end;
  }

  /** Keeps the order by offset; of equal ones the first stays first. */
  private static void insert(Block block, List<Block> placed) {
    int place = placed.size();
    while (place > 0 && placed.get(place - 1).offset > block.offset) {
      place--;
    }
    placed.add(place, block);
  }

  /** Elements in all, after {@link #layOut}. */
  long size() {
    return size;
  }

  /** The most elements alive at one op: no layout can be smaller. */
  long largestLive() {
    return Arrays.stream(alive()).max().orElse(0);
  }

  /** Elements alive at each op. */
  private long[] alive() {
    long[] alive = new long[blocks.stream().mapToInt(block -> block.to + 1).max().orElse(0)];
    for (Block block : blocks) {
      for (int op = block.from; op <= block.to; op++) {
        alive[op] += block.size;
      }
    }
    return alive;
  }
}
