package io.gpuinfer.tasks.rerank;

import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.tasks.Calls;
import io.gpuinfer.tasks.ModelRuns;
import io.gpuinfer.tasks.text.TextModel;
import io.gpuinfer.tasks.text.TokenizedText;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Scores by what a model says that reads query and document together (Nogueira and Cho, "Passage
 * Re-ranking with BERT", 2019): the logistic function of its one number for each pair.
 */
final class CrossEncoder implements Scorer {

  private final TextModel model;

  CrossEncoder(TextModel model) {
    this.model = model;
  }

  /** Whether a model's output is one number for each row, as far as the model says. */
  static boolean fits(List<Long> shape) {
    return shape.size() == 1 || (shape.size() == 2 && shape.get(1) == 1);
  }

  @Override
  public CompletableFuture<Scores> score(String query, List<String> documents, ModelRuns runs) {
    Function<String, TokenizedText> withQuery = model.tokenizer().pairsWith(query);
    List<TokenizedText> pairs =
        documents.stream()
            .map(
                document -> {
                  runs.call().requireTime();
                  return withQuery.apply(document);
                })
            .toList();
    double[] scores = new double[pairs.size()];
    return model
        .run(pairs, runs, (place, logits, row) -> scores[place] = probability(logits, row))
        .thenApply(end -> new Scores(scores, TextModel.details(pairs)));
  }

  @Override
  public void warmUp(Calls calls) {
    model.warmUp(calls, (place, logits, row) -> probability(logits, row));
  }

  private double probability(Tensor logits, int row) {
    if (logits.size() != logits.dim(0)) {
      throw new ModelLoadException(
          "Output '%s' should be one number for each row, but is %s"
              .formatted(model.output().name(), logits));
    }
    return 1 / (1 + Math.exp(-logits.doubleAt(row)));
  }
}
