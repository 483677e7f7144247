package io.gpuinfer.engine.operators;

import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.program.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Of boxes that overlap, the one with the best score: indices {@code [selected, 3]} of batch, class
 * and box. Computed on the host, as the number of boxes selected is a shape.
 */
final class NonMaxSuppression {

  /** Corners and area of a box, whatever order its file had them in. */
  private record Box(float x1, float y1, float x2, float y2) {

    static Box of(Tensor boxes, int at, boolean centred) {
      float a = (float) boxes.doubleAt(at);
      float b = (float) boxes.doubleAt(at + 1);
      float c = (float) boxes.doubleAt(at + 2);
      float d = (float) boxes.doubleAt(at + 3);
      return centred // x, y, width, height; otherwise y1, x1, y2, x2
          ? new Box(a - c / 2, b - d / 2, a + c / 2, b + d / 2)
          : new Box(Math.min(b, d), Math.min(a, c), Math.max(b, d), Math.max(a, c));
    }

    float area() {
      return (x2 - x1) * (y2 - y1);
    }

    boolean overlaps(Box other, float limit) {
      float width = Math.min(x2, other.x2) - Math.max(x1, other.x1);
      float height = Math.min(y2, other.y2) - Math.max(y1, other.y1);
      if (width <= 0 || height <= 0 || area() <= 0 || other.area() <= 0) {
        return false;
      }
      float shared = width * height;
      return shared / (area() + other.area() - shared) > limit;
    }
  }

  private NonMaxSuppression() {}

  static List<Value> translate(Call call) {
    Tensor boxes = call.knownTensor(0);
    Tensor scores = call.knownTensor(1);
    if (boxes.rank() != 3
        || boxes.dim(2) != 4
        || scores.rank() != 3
        || scores.dim(0) != boxes.dim(0)
        || scores.dim(2) != boxes.dim(1)) {
      throw new InvalidInputException("scores " + scores + " do not fit boxes " + boxes);
    }
    long most = call.has(2) ? call.known(2)[0] : 0;
    float overlap = call.has(3) ? (float) call.knownTensor(3).doubleAt(0) : 0;
    double least = call.has(4) ? call.knownTensor(4).doubleAt(0) : Double.NEGATIVE_INFINITY;
    boolean centred = call.attributes().flag("center_point_box", false);
    int classes = (int) scores.dim(1);
    int count = (int) scores.dim(2);
    List<long[]> selected = new ArrayList<>();
    for (int row = 0; row < scores.dim(0) * classes; row++) {
      int batch = row / classes;
      int from = row * count;
      List<Integer> candidates =
          IntStream.range(0, count)
              .filter(i -> scores.doubleAt(from + i) > least)
              .boxed()
              .sorted(Comparator.comparing((Integer i) -> -scores.doubleAt(from + i)))
              .toList();
      List<Box> kept = new ArrayList<>();
      for (int i : candidates) {
        Box box = Box.of(boxes, (batch * count + i) * 4, centred);
        if (kept.size() < most && kept.stream().noneMatch(other -> other.overlaps(box, overlap))) {
          kept.add(box);
          selected.add(new long[] {batch, row % classes, i});
        }
      }
    }
    long[] flat = selected.stream().flatMapToLong(Arrays::stream).toArray();
    return List.of(call.builder().constant(Tensor.wrap(flat, selected.size(), 3), false));
  }
}
