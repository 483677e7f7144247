package io.gpuinfer.benchmarks;

import io.gpuinfer.engine.Tensor;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;

/** Token ids as a tokenizer of the BERT family makes them of sentences. */
public final class TokenInputs {

  private static final int SENTENCE_START = 101;
  private static final int SENTENCE_END = 102;

  /** Ids from here to the vocabulary's end are words and pieces of words. */
  private static final int FIRST_WORD = 1996;

  private static final int VOCABULARY = 30522;

  private TokenInputs() {}

  /** Sentences that fill all of their tokens. */
  public static Map<String, Tensor> full(int batch, int length) {
    int[] lengths = new int[batch];
    Arrays.fill(lengths, length);
    return of(lengths, length);
  }

  /** Sentences of several lengths, padded to that of the longest. */
  static Map<String, Tensor> padded(int batch, int length) {
    int[] lengths = new int[batch];
    Arrays.setAll(lengths, row -> length * (row + 1) / batch);
    return of(lengths, length);
  }

  private static Map<String, Tensor> of(int[] lengths, int width) {
    Random random = new Random(1);
    long[] ids = new long[lengths.length * width];
    long[] mask = new long[ids.length];
    for (int row = 0; row < lengths.length; row++) {
      int start = row * width;
      int end = start + lengths[row];
      for (int i = start; i < end; i++) {
        ids[i] = random.nextInt(FIRST_WORD, VOCABULARY);
      }
      ids[start] = SENTENCE_START;
      ids[end - 1] = SENTENCE_END;
      Arrays.fill(mask, start, end, 1);
    }
    return Map.of(
        "input_ids", Tensor.wrap(ids, lengths.length, width),
        "attention_mask", Tensor.wrap(mask, lengths.length, width),
        "token_type_ids", Tensor.wrap(new long[ids.length], lengths.length, width));
  }
}
