package io.gpuinfer.tasks.rerank;

import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.serving.ModelServer;
import io.gpuinfer.serving.repository.ModelEntry;
import io.gpuinfer.tasks.Calls;
import io.gpuinfer.tasks.Content;
import io.gpuinfer.tasks.ModelRuns;
import io.gpuinfer.tasks.ModelServers;
import io.gpuinfer.tasks.Settings;
import io.gpuinfer.tasks.Task;
import io.gpuinfer.tasks.TaskCall;
import io.gpuinfer.tasks.TaskResult;
import io.gpuinfer.tasks.TaskType;
import io.gpuinfer.tasks.embedding.TextEmbedder;
import io.gpuinfer.tasks.text.TextModel;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Ranks documents by how well they answer a query. A model that answers vectors of tokens is a
 * bi-encoder, and the score the cosine of two embeddings; one that answers one number for each row
 * is a cross-encoder, and the score the probability that it gives query and document together.
 *
 * <p>The body is a {@link RankRequest}, or a map or a JSON object that holds one; the answer is a
 * list of {@link RankedText}, the best first.
 *
 * <p>Settings: those of {@link io.gpuinfer.tasks.embedding.EmbeddingTask} but {@code prefix},
 * {@code normalize}, {@code answer} and {@code limits.maxTexts}, of which a cross-encoder hears no
 * {@code pooling} and takes no windows; and {@code queryPrefix}, {@code documentPrefix} (put before
 * each, as some models want it), {@code topN} (how many to answer with; 0 for all), {@code
 * limits.maxDocuments} (1000).
 */
public final class RerankTask implements Task {

  private static final String QUERY_PREFIX = "queryPrefix";
  private static final String DOCUMENT_PREFIX = "documentPrefix";
  private static final String TOP_N = "topN";
  private static final String MAX_DOCUMENTS = "limits.maxDocuments";

  private final ModelServers servers;
  private final TextModel model;
  private final Scorer scorer;
  private final String queryPrefix;
  private final String documentPrefix;
  private final int topN;
  private final int maxDocuments;
  private final Calls calls;

  /**
   * Loads the model and its tokenizer.
   *
   * @throws ModelLoadException when the model is of neither kind
   */
  public RerankTask(ModelServers servers, Executor workers) {
    ModelEntry entry = servers.entry();
    Settings settings =
        new Settings(
            entry,
            Stream.concat(
                    TextEmbedder.SETTINGS.stream(),
                    Stream.of(QUERY_PREFIX, DOCUMENT_PREFIX, TOP_N, MAX_DOCUMENTS))
                .toArray(String[]::new));
    this.servers = servers;
    this.queryPrefix = settings.text(QUERY_PREFIX, "");
    this.documentPrefix = settings.text(DOCUMENT_PREFIX, "");
    this.maxDocuments = settings.integer(MAX_DOCUMENTS, 1000, 1, 1 << 16);
    this.topN = settings.integer(TOP_N, 0, 0, 1 << 16);
    this.model = new TextModel(servers, settings);
    this.scorer = scorer(model, settings);
    this.calls = new Calls(entry.name(), workers);
    scorer.warmUp(calls);
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
    return calls.start(() -> rank(body, call));
  }

  @Override
  public List<ModelServer> servers() {
    return servers.all();
  }

  @Override
  public void close() {
    calls.close();
    servers.close();
  }

  private static Scorer scorer(TextModel model, Settings settings) {
    List<Long> shape = model.output().shape();
    if (CrossEncoder.fits(shape)) {
      model.tokenizer().requireOneRow(settings);
      return new CrossEncoder(model);
    }
    if (shape.size() == 3) {
      return new BiEncoder(model, settings);
    }
    throw new ModelLoadException(
        "A rerank model answers [texts, tokens, width], the vectors of tokens, or [texts, 1], one"
            + " number for each query with a document, but the output '%s' is %s"
                .formatted(model.output().name(), shape));
  }

  private CompletionStage<TaskResult> rank(Object body, TaskCall call) {
    RankRequest request = checked(RankRequest.of(body));
    List<String> documents =
        request.documents().stream().map(document -> documentPrefix + document).toList();
    ModelRuns runs = new ModelRuns(call);
    return scorer
        .score(queryPrefix + request.query(), documents, runs)
        .thenApply(
            scores ->
                servers.result(ranked(request, scores.values()), runs.usage(), scores.details()));
  }

  private RankRequest checked(RankRequest request) {
    int count = request.documents().size();
    if (count == 0) {
      throw new InvalidInputException("There is nothing to rank: the list of documents is empty");
    }
    if (count > maxDocuments) {
      throw new InvalidInputException(
          "%d documents are over the limit of %d; %s sets it"
              .formatted(count, maxDocuments, MAX_DOCUMENTS));
    }
    model
        .limits()
        .require(Stream.concat(Stream.of(request.query()), request.documents().stream()).toList());
    return request;
  }

  private List<RankedText> ranked(RankRequest request, double[] scores) {
    return IntStream.range(0, scores.length)
        .mapToObj(i -> new RankedText(i, scores[i], request.documents().get(i)))
        .sorted(Comparator.comparingDouble(RankedText::score).reversed())
        .limit(topN == 0 ? Long.MAX_VALUE : topN)
        .toList();
  }
}
