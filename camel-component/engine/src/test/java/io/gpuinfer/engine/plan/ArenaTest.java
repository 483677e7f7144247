package io.gpuinfer.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpuinfer.engine.DeviceClass;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

@SuppressWarnings(
    "ReferenceEquality") // a block is apart from every other one, whatever their sizes
class ArenaTest {

  private static final int OPS = 60;

  private final Target target = new Target(DeviceClass.SIMD, 16, 2, Target.JAVA_ARRAY_SKEW);

  /** A block with the life that was asked for it. */
  private record Life(Arena.Block block, long size, int from, int to) {
    boolean meets(Life other) {
      return from <= other.to && other.from <= to;
    }

    boolean overlaps(Life other) {
      return block.offset() < other.block.offset() + other.size
          && other.block.offset() < block.offset() + size;
    }
  }

  private static List<Life> randomLives(Arena arena, long seed) {
    Random random = new Random(seed);
    List<Life> lives = new ArrayList<>();
    for (int op = 0; op < OPS; op++) {
      for (int k = random.nextInt(3); k >= 0; k--) {
        long size = 1L + random.nextInt(5000);
        int to = Math.min(OPS, op + random.nextInt(8));
        Arena.Block block = arena.block(size, op);
        block.usedAt(to);
        lives.add(new Life(block, size, op, to));
      }
    }
    return lives;
  }

  @RepeatedTest(20)
  void blocksThatAreAliveTogetherLieApart(RepetitionInfo repetition) {
    Arena arena = new Arena(target, true);
    List<Life> lives = randomLives(arena, repetition.getCurrentRepetition());

    arena.layOut();

    for (Life one : lives) {
      assertThat(one.block().offset()).isGreaterThanOrEqualTo(Arena.RESERVED);
      assertThat(one.block().offset() + one.size()).isLessThanOrEqualTo(arena.size());
      assertThat(target.align(one.block().offset())).isEqualTo(one.block().offset());
      for (Life other : lives) {
        assertThat(one != other && one.meets(other) && one.overlaps(other)).isFalse();
      }
    }
  }

  @RepeatedTest(20)
  void theArenaIsNotMuchLargerThanWhatIsAliveAtOnce(RepetitionInfo repetition) {
    Arena arena = new Arena(target, true);
    List<Life> lives = randomLives(arena, repetition.getCurrentRepetition());

    arena.layOut();

    long most = 0;
    for (int op = 0; op <= OPS; op++) {
      int now = op;
      most =
          Math.max(
              most,
              lives.stream()
                  .filter(life -> life.from() <= now && now <= life.to())
                  .mapToLong(Life::size)
                  .sum());
    }
    assertThat(arena.largestLive()).isEqualTo(most);
    assertThat(arena.size()).isGreaterThanOrEqualTo(most).isLessThan((long) (1.3 * most));
  }

  @Test
  void withoutReuseNothingIsShared() {
    Arena arena = new Arena(target, false);
    List<Life> lives = randomLives(arena, 1);

    arena.layOut();

    for (Life one : lives) {
      assertThat(lives).noneMatch(other -> other != one && other.overlaps(one));
    }
  }

  @Test
  void anEmptyArenaKeepsTheKernelsOwnWords() {
    Arena arena = new Arena(target, true);

    arena.layOut();

    assertThat(arena.size()).isGreaterThanOrEqualTo(Arena.RESERVED);
  }
}
