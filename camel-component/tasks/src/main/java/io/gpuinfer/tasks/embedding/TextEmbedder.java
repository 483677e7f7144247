package io.gpuinfer.tasks.embedding;

import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.tasks.Calls;
import io.gpuinfer.tasks.ModelRuns;
import io.gpuinfer.tasks.Settings;
import io.gpuinfer.tasks.text.TextModel;
import io.gpuinfer.tasks.text.TokenizedText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * Gives texts their vectors: those that a BERT-like model answers for the tokens, pooled (Reimers
 * and Gurevych, "Sentence-BERT", 2019).
 *
 * <p>The vector of a text that was read in windows is the mean of the windows' vectors, each
 * counted as often as it has tokens; with mean pooling that is the mean over all tokens. It is
 * brought to length 1 after that.
 */
public final class TextEmbedder {

  private static final String POOLING = "pooling";

  /** The settings that it and its model are made by. */
  public static final List<String> SETTINGS =
      Stream.concat(TextModel.SETTINGS.stream(), Stream.of(POOLING)).toList();

  /** Tokens of a request whose vectors are all kept: 100 MB with 384 dimensions. */
  private static final int MOST_UNPOOLED = 1 << 16;

  private final TextModel model;
  private final Pooling pooling;
  private final boolean normalize;

  /**
   * Makes it of a model that answers floats of [texts, tokens, width].
   *
   * @param normalize whether to bring vectors to length 1
   * @throws ModelLoadException when a setting is wrong
   */
  public TextEmbedder(TextModel model, Settings settings, boolean normalize) {
    this.model = model;
    this.pooling = settings.choice(POOLING, Pooling.MEAN);
    this.normalize = normalize;
    if (pooling == Pooling.NONE && model.tokenizer().usesWindows()) {
      throw settings.wrong(POOLING, "one that makes one vector of a text, for longTexts: window");
    }
  }

  /** How the vectors of tokens become one. */
  public Pooling pooling() {
    return pooling;
  }

  /**
   * Embeds texts that are within the limits.
   *
   * @return what became of them, in their order
   */
  public CompletableFuture<List<EmbeddedText>> embed(List<String> texts, ModelRuns runs) {
    List<List<TokenizedText>> windows =
        texts.stream()
            .map(
                text -> {
                  runs.call().requireTime();
                  return model.tokenizer().rows(text);
                })
            .toList();
    List<TokenizedText> rows = windows.stream().flatMap(List::stream).toList();
    if (pooling == Pooling.NONE) {
      requireFew(rows);
    }
    float[][][] vectors = new float[rows.size()][][];
    return model
        .run(
            rows,
            runs,
            (place, hidden, row) ->
                vectors[place] = pooling.pool(checked(hidden), row, rows.get(place).length()))
        .thenApply(end -> together(windows, vectors));
  }

  /** Runs the model once, if it is to be warm, and sees whether it fits. */
  public void warmUp(Calls calls) {
    model.warmUp(calls, (place, hidden, row) -> checked(hidden));
  }

  private List<EmbeddedText> together(List<List<TokenizedText>> windows, float[][][] vectors) {
    List<EmbeddedText> texts = new ArrayList<>();
    int at = 0;
    for (List<TokenizedText> parts : windows) {
      float[][] ofText =
          parts.size() == 1
              ? vectors[at]
              : new float[][] {mean(parts, Arrays.copyOfRange(vectors, at, at + parts.size()))};
      at += parts.size();
      if (normalize) {
        Arrays.stream(ofText).forEach(Vectors::normalize);
      }
      int tokens = parts.stream().mapToInt(TokenizedText::length).sum();
      texts.add(new EmbeddedText(ofText, tokens, parts.get(0).truncated()));
    }
    return texts;
  }

  private static float[] mean(List<TokenizedText> parts, float[][][] vectors) {
    float[][] each = Arrays.stream(vectors).map(pooled -> pooled[0]).toArray(float[][]::new);
    return Vectors.mean(each, part -> parts.get(part).length());
  }

  private static void requireFew(List<TokenizedText> rows) {
    int tokens = rows.stream().mapToInt(TokenizedText::length).sum();
    if (tokens > MOST_UNPOOLED) {
      throw new InvalidInputException(
          "The texts have %d tokens; a request may have %d where each is answered with a vector of its own"
              .formatted(tokens, MOST_UNPOOLED));
    }
  }

  private Tensor checked(Tensor hidden) {
    if (hidden.rank() != 3) {
      throw new ModelLoadException(
          "Output '%s' should be of [texts, tokens, width] to be pooled, but is %s"
              .formatted(model.output().name(), hidden));
    }
    return hidden;
  }
}
