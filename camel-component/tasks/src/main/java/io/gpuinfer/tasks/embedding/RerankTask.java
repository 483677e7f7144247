package io.gpuinfer.tasks.embedding;

import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.serving.ModelServer;
import io.gpuinfer.tasks.Content;
import io.gpuinfer.tasks.ModelServers;
import io.gpuinfer.tasks.Settings;
import io.gpuinfer.tasks.Task;
import io.gpuinfer.tasks.TaskCall;
import io.gpuinfer.tasks.TaskResult;
import io.gpuinfer.tasks.TaskType;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Ranks documents by how well they answer a query: by the cosine of their embeddings (the
 * bi-encoder of Reimers and Gurevych, "Sentence-BERT", 2019).
 *
 * <p>The body is a {@link RankRequest} or a map that holds one; the answer is a list of {@link
 * RankedText}, the best first.
 *
 * <p>Settings: those of {@link EmbeddingTask} but {@code prefix} and {@code normalize}, and {@code
 * queryPrefix}, {@code documentPrefix} (put before each, as some models want it), {@code topN} (how
 * many to answer with; 0 for all), {@code limits.maxDocuments} (1000).
 */
public final class RerankTask implements Task {

  private final EmbeddingTask embedding;
  private final String queryPrefix;
  private final String documentPrefix;
  private final int topN;
  private final int maxDocuments;

  /** Loads the model and its tokenizer, as {@link EmbeddingTask} does. */
  public RerankTask(ModelServers servers, Executor workers) {
    Settings settings =
        new Settings(
            servers.entry(),
            "pooling",
            "limits.maxTokens",
            "output",
            "queryPrefix",
            "documentPrefix",
            "topN",
            "limits.maxDocuments");
    this.queryPrefix = settings.text("queryPrefix", "");
    this.documentPrefix = settings.text("documentPrefix", "");
    this.maxDocuments = settings.integer("limits.maxDocuments", 1000, 1, 1 << 16);
    this.topN = settings.integer("topN", 0, 0, 1 << 16);
    this.embedding = new EmbeddingTask(servers, workers, settings);
  }

  @Override
  public TaskType type() {
    return TaskType.RERANK;
  }

  @Override
  public Content content() {
    return Content.TEXT;
  }

  @Override
  public CompletionStage<TaskResult> submit(Object body, TaskCall call) {
    RankRequest request;
    try {
      request = checked(RankRequest.of(body));
    } catch (InvalidInputException e) {
      return CompletableFuture.failedFuture(e);
    }
    List<String> texts =
        Stream.concat(
                Stream.of(queryPrefix + request.query()),
                request.documents().stream().map(document -> documentPrefix + document))
            .toList();
    return embedding.submit(texts, call).thenApply(result -> ranked(request, result));
  }

  @Override
  public List<ModelServer> servers() {
    return embedding.servers();
  }

  @Override
  public void close() {
    embedding.close();
  }

  private RankRequest checked(RankRequest request) {
    int count = request.documents().size();
    if (count == 0) {
      throw new InvalidInputException("There is nothing to rank: the list of documents is empty");
    }
    if (count > maxDocuments) {
      throw new InvalidInputException(
          "%d documents are over the limit of %d; limits.maxDocuments sets it"
              .formatted(count, maxDocuments));
    }
    return request;
  }

  /** The vectors are of length 1, so that products are cosines. */
  private TaskResult ranked(RankRequest request, TaskResult result) {
    List<?> vectors = (List<?>) result.value();
    float[] query = (float[]) vectors.get(0);
    List<RankedText> best =
        IntStream.range(0, request.documents().size())
            .mapToObj(
                i ->
                    new RankedText(
                        i,
                        product(query, (float[]) vectors.get(i + 1)),
                        request.documents().get(i)))
            .sorted(Comparator.comparingDouble(RankedText::score).reversed())
            .limit(topN == 0 ? Long.MAX_VALUE : topN)
            .toList();
    return result.withValue(best);
  }

  private static double product(float[] one, float[] other) {
    double sum = 0;
    for (int i = 0; i < one.length; i++) {
      sum += (double) one[i] * other[i];
    }
    return sum;
  }
}
