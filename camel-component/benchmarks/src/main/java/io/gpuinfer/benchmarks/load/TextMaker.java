package io.gpuinfer.benchmarks.load;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.ToIntFunction;

/**
 * Glues English sentences together until they make a given number of tokens exactly. The same seed
 * gives the same texts.
 */
final class TextMaker {

  /** A tokenizer of the BERT family begins and ends each text with a token of its own. */
  private static final int SPECIAL_TOKENS = 2;

  private final ToIntFunction<String> tokens;
  private final List<String> sentences;
  private final SplittableRandom random;
  private final Map<String, Integer> lengths = new HashMap<>();

  /**
   * @param tokens counts the tokens of a text, special ones included
   * @param sentences some of whose words must be a single token
   */
  TextMaker(ToIntFunction<String> tokens, List<String> sentences, long seed) {
    this.tokens = tokens;
    this.sentences = List.copyOf(sentences);
    this.random = new SplittableRandom(seed);
  }

  /**
   * Texts of all lengths from the shortest to the longest, each as often as the others, shuffled.
   */
  List<String> mixed(int count, int shortest, int longest) {
    List<String> texts = new ArrayList<>();
    int lengthsInUse = longest - shortest + 1;
    for (int i = 0; i < count; i++) {
      texts.add(text(shortest + i % lengthsInUse));
    }
    for (int i = texts.size() - 1; i > 0; i--) {
      texts.set(i, texts.set(random.nextInt(i + 1), texts.get(i)));
    }
    return texts;
  }

  /** A text of exactly so many tokens, special ones included. */
  String text(int length) {
    List<String> words = new ArrayList<>();
    int missing = length - SPECIAL_TOKENS;
    while (missing > 0) {
      String sentence = sentences.get(random.nextInt(sentences.size()));
      for (String word : sentence.split(" ")) {
        int more = lengths.computeIfAbsent(word, w -> tokens.applyAsInt(w) - SPECIAL_TOKENS);
        if (more <= missing) {
          words.add(word);
          missing -= more;
        }
      }
    }
    String text = String.join(" ", words);
    if (tokens.applyAsInt(text) != length) {
      throw new IllegalStateException("This tokenizer does not cut word by word: " + text);
    }
    return text;
  }
}
