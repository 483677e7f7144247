package io.gpuinfer.tasks.text;

import io.gpuinfer.engine.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Texts that run together, padded to one length.
 *
 * @param texts the texts
 * @param places where each text stands among all
 * @param length tokens of each row
 */
record TextBatch(List<TokenizedText> texts, List<Integer> places, int length) {

  /** The axis of tokens; its padding is masked. */
  static final int TOKENS = 1;

  /**
   * Puts texts of like length together, so that few tokens are padding and few shapes occur.
   *
   * @param maxTexts the most texts of a batch
   */
  static List<TextBatch> of(List<TokenizedText> texts, int maxTexts, PaddedLength padded) {
    List<Integer> places =
        IntStream.range(0, texts.size())
            .boxed()
            .sorted(Comparator.comparing(place -> -texts.get(place).length()))
            .toList();
    List<TextBatch> batches = new ArrayList<>();
    for (int from = 0; from < places.size(); from += maxTexts) {
      List<Integer> part = places.subList(from, Math.min(places.size(), from + maxTexts));
      List<TokenizedText> together = part.stream().map(texts::get).toList();
      batches.add(new TextBatch(together, part, padded.of(together.get(0).length())));
    }
    return batches;
  }

  /** The model's inputs of shape [texts, length]; padding is 0 and masked. */
  Map<String, Tensor> inputs() {
    long[] ids = new long[texts.size() * length];
    long[] mask = new long[ids.length];
    long[] types = new long[ids.length];
    for (int row = 0; row < texts.size(); row++) {
      TokenizedText text = texts.get(row);
      int at = row * length;
      System.arraycopy(text.ids(), 0, ids, at, text.length());
      System.arraycopy(text.typeIds(), 0, types, at, text.length());
      Arrays.fill(mask, at, at + text.length(), 1);
    }
    long[] shape = {texts.size(), length};
    return Map.of(
        TextModel.IDS,
        Tensor.wrap(ids, shape),
        TextModel.MASK,
        Tensor.wrap(mask, shape),
        TextModel.TYPES,
        Tensor.wrap(types, shape));
  }
}
