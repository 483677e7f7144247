package io.gpuinfer.engine.testing;

import io.gpuinfer.engine.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * How far two answers may be apart: {@code |a − b| ≤ absolute + relative · |b|} for every element
 * of floating point. All other types must be equal.
 */
public record Agreement(double relative, double absolute) {

  /**
   * Says of each output that differs where and by how much.
   *
   * @return nothing when all agree
   */
  public List<String> differences(Map<String, Tensor> expected, Map<String, Tensor> actual) {
    List<String> differences = new ArrayList<>();
    expected.forEach(
        (name, tensor) -> {
          String difference = difference(tensor, actual.get(name));
          if (difference != null) {
            differences.add(name + ": " + difference);
          }
        });
    return differences;
  }

  /** What is different, or null. */
  public String difference(Tensor expected, Tensor actual) {
    if (actual == null) {
      return "missing";
    }
    if (expected.type() != actual.type() || !Arrays.equals(expected.shape(), actual.shape())) {
      return "expected " + expected + " but got " + actual;
    }
    int wrong = 0;
    int worst = -1;
    double worstExcess = 0;
    for (int i = 0; i < expected.size(); i++) {
      double excess = excess(expected, actual, i);
      if (excess > 0) {
        wrong++;
        if (excess > worstExcess) {
          worstExcess = excess;
          worst = i;
        }
      }
    }
    return wrong == 0
        ? null
        : "%d of %d elements of %s differ, most at %d: expected %s but got %s"
            .formatted(
                wrong,
                expected.size(),
                Arrays.toString(expected.shape()),
                worst,
                expected.doubleAt(worst),
                actual.doubleAt(worst));
  }

  private double excess(Tensor expected, Tensor actual, int index) {
    double e = expected.doubleAt(index);
    double a = actual.doubleAt(index);
    if (e == a || (Double.isNaN(e) && Double.isNaN(a))) {
      return 0;
    }
    double allowed = expected.type().isFloat() ? absolute + relative * Math.abs(e) : 0;
    double distance = Math.abs(e - a);
    return Double.isNaN(distance) ? Double.POSITIVE_INFINITY : distance - allowed;
  }
}
