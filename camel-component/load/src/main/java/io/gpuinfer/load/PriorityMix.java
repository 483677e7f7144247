package io.gpuinfer.load;

import io.gpuinfer.serving.Priority;
import java.util.random.RandomGenerator;

/**
 * How many of a hundred requests have which priority.
 *
 * @param high percent
 * @param normal percent
 * @param low percent
 */
public record PriorityMix(int high, int normal, int low) {

  public static final PriorityMix DEFAULT = new PriorityMix(5, 65, 30);

  /** All alike. */
  public static final PriorityMix NONE = new PriorityMix(0, 100, 0);

  public PriorityMix {
    if (high < 0 || normal < 0 || low < 0 || high + normal + low != 100) {
      throw new IllegalArgumentException(
          "The shares of high, normal and low priority make 100, not %d + %d + %d"
              .formatted(high, normal, low));
    }
  }

  public Priority draw(RandomGenerator random) {
    int percent = random.nextInt(100);
    if (percent < high) {
      return Priority.HIGH;
    }
    return percent < high + normal ? Priority.NORMAL : Priority.LOW;
  }

  @Override
  public String toString() {
    return high + "/" + normal + "/" + low;
  }
}
