package io.gpuinfer.tasks.text;

import ai.djl.huggingface.tokenizers.Encoding;
import java.util.Arrays;

/**
 * What a tokenizer puts before, between and after the word pieces of one text or of two, as in
 * {@code [CLS] first [SEP] second [SEP]}.
 */
final class Template {

  /** Which text a piece is of, as an {@link Encoding} says it; special pieces are of none. */
  private static final long FIRST = 0;

  private static final long SECOND = 1;
  private static final long[] NOTHING = {};

  private final Special before;
  private final Special between;
  private final Special after;
  private final long firstType;
  private final long secondType;

  private record Special(long[] ids, long[] types) {}

  private Template(
      Special before, Special between, Special after, long firstType, long secondType) {
    this.before = before;
    this.between = between;
    this.after = after;
    this.firstType = firstType;
    this.secondType = secondType;
  }

  /** Reads the template off an encoded text, or pair of texts, each of one piece or more. */
  static Template of(Encoding example) {
    long[] texts = example.getSequenceIds();
    long[] types = example.getTypeIds();
    int first = first(texts, FIRST);
    int firstEnd = last(texts, FIRST) + 1;
    boolean pair = first(texts, SECOND) < texts.length;
    int second = pair ? first(texts, SECOND) : firstEnd;
    int secondEnd = pair ? last(texts, SECOND) + 1 : firstEnd;
    return new Template(
        special(example, 0, first),
        special(example, firstEnd, second),
        special(example, secondEnd, texts.length),
        types[first],
        pair ? types[second] : 0);
  }

  /** How many pieces it adds. */
  int size() {
    return before.ids.length + between.ids.length + after.ids.length;
  }

  TokenizedText around(long[] text, boolean truncated) {
    return around(text, NOTHING, truncated);
  }

  TokenizedText around(long[] first, long[] second, boolean truncated) {
    return new TokenizedText(
        joined(before.ids, first, between.ids, second, after.ids),
        joined(
            before.types,
            filled(first.length, firstType),
            between.types,
            filled(second.length, secondType),
            after.types),
        truncated);
  }

  private static Special special(Encoding example, int from, int to) {
    return new Special(
        Arrays.copyOfRange(example.getIds(), from, to),
        Arrays.copyOfRange(example.getTypeIds(), from, to));
  }

  private static int first(long[] texts, long text) {
    int at = 0;
    while (at < texts.length && texts[at] != text) {
      at++;
    }
    return at;
  }

  private static int last(long[] texts, long text) {
    int at = texts.length - 1;
    while (texts[at] != text) {
      at--;
    }
    return at;
  }

  private static long[] filled(int length, long value) {
    long[] values = new long[length];
    Arrays.fill(values, value);
    return values;
  }

  private static long[] joined(long[]... parts) {
    long[] whole = new long[Arrays.stream(parts).mapToInt(part -> part.length).sum()];
    int at = 0;
    for (long[] part : parts) {
      System.arraycopy(part, 0, whole, at, part.length);
      at += part.length;
    }
    return whole;
  }
}
