package io.gpuinfer.tasks.ocr;

import io.gpuinfer.engine.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * Lines that run together, padded on the right to one width with zeros, which are middle gray.
 *
 * @param lines the lines
 * @param width columns of each
 */
record LineBatch(List<TextLine> lines, int width) {

  /** Puts lines of one padded width together. */
  static List<LineBatch> of(List<TextLine> lines, int maxLines, ToIntFunction<TextLine> widthOf) {
    Map<Integer, List<TextLine>> byWidth = new TreeMap<>();
    for (TextLine line : lines) {
      byWidth.computeIfAbsent(widthOf.applyAsInt(line), w -> new ArrayList<>()).add(line);
    }
    List<LineBatch> batches = new ArrayList<>();
    byWidth.forEach(
        (width, alike) -> {
          for (int from = 0; from < alike.size(); from += maxLines) {
            int to = Math.min(alike.size(), from + maxLines);
            batches.add(new LineBatch(alike.subList(from, to), width));
          }
        });
    return batches;
  }

  /**
   * The model's input, of shape [lines, 3, 48, width].
   *
   * @param partOf which pixels of a line to take
   */
  Tensor pixels(Tensor strip, Function<TextLine, Strip.Part> partOf) {
    float[] pixels = Strip.batch(lines.size(), width);
    for (int i = 0; i < lines.size(); i++) {
      TextLine line = lines.get(i);
      Strip.copy(strip, partOf.apply(line), line.isUpsideDown(), pixels, i, width);
    }
    return Tensor.wrap(pixels, lines.size(), 3, Strip.HEIGHT, width);
  }
}
