package io.gpuinfer.tasks.rerank;

import io.gpuinfer.tasks.Calls;
import io.gpuinfer.tasks.ModelRuns;
import io.gpuinfer.tasks.Settings;
import io.gpuinfer.tasks.embedding.EmbeddedText;
import io.gpuinfer.tasks.embedding.EmbeddingTask;
import io.gpuinfer.tasks.embedding.Pooling;
import io.gpuinfer.tasks.embedding.TextEmbedder;
import io.gpuinfer.tasks.text.TextModel;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * Scores by the cosine of the vectors of query and document (the bi-encoder of Reimers and
 * Gurevych, "Sentence-BERT", 2019).
 */
final class BiEncoder implements Scorer {

  private final TextEmbedder embedder;

  BiEncoder(TextModel model, Settings settings) {
    this.embedder = new TextEmbedder(model, settings, false);
    if (embedder.pooling() == Pooling.NONE) {
      throw settings.wrong("pooling", "one that makes one vector of a text");
    }
  }

  @Override
  public CompletableFuture<Scores> score(String query, List<String> documents, ModelRuns runs) {
    List<String> texts = Stream.concat(Stream.of(query), documents.stream()).toList();
    return embedder
        .embed(texts, runs)
        .thenApply(
            embedded -> {
              EmbeddedText first = embedded.get(0);
              double[] cosines = embedded.stream().skip(1).mapToDouble(first::cosine).toArray();
              return new Scores(cosines, EmbeddingTask.details(embedded));
            });
  }

  @Override
  public void warmUp(Calls calls) {
    embedder.warmUp(calls);
  }
}
