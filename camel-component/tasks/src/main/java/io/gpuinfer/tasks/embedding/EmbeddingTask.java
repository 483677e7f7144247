package io.gpuinfer.tasks.embedding;

import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.serving.ModelServer;
import io.gpuinfer.serving.repository.ModelEntry;
import io.gpuinfer.tasks.Bodies;
import io.gpuinfer.tasks.Calls;
import io.gpuinfer.tasks.Content;
import io.gpuinfer.tasks.ModelRuns;
import io.gpuinfer.tasks.ModelServers;
import io.gpuinfer.tasks.Settings;
import io.gpuinfer.tasks.Task;
import io.gpuinfer.tasks.TaskCall;
import io.gpuinfer.tasks.TaskResult;
import io.gpuinfer.tasks.TaskType;
import io.gpuinfer.tasks.text.TextLimits;
import io.gpuinfer.tasks.text.TextModel;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.stream.Stream;

/**
 * Text in, a vector out: the sentence embedding of BERT-like models.
 *
 * <p>The body is a text or a list of texts. The answer is a {@code float[]}, with the pooling
 * {@code none} a {@code float[][]} with a vector for each token, and an {@link Embedding} where the
 * settings say so; for a list it is a list of these in the same order.
 *
 * <p>Settings: {@code pooling} ({@code mean}, {@code cls}, {@code max} or {@code none}), {@code
 * normalize} (to unit length, true), {@code answer} ({@code vector} or {@code embedding}), {@code
 * prefix} (put before each text, as the models of the E5 family want it), {@code longTexts} ({@code
 * truncate}, {@code window} or {@code refuse}) and {@code windowOverlap} (32 tokens), {@code
 * limits.maxTokens} (512), {@code limits.maxCharacters} (of a text, a million), {@code
 * limits.maxTotalCharacters} (of all texts of a request, four million), {@code limits.maxTexts}
 * (1000), {@code buckets} (the lengths that texts are padded to), {@code output} (which output to
 * pool; the first).
 */
public final class EmbeddingTask implements Task {

  /** The detail that tells how many numbers a vector has. */
  public static final String DIMENSIONS = "Dimensions";

  private static final String NORMALIZE = "normalize";
  private static final String PREFIX = "prefix";
  private static final String ANSWER = "answer";

  /** Characters that are cut into word pieces sooner than a worker could begin to. */
  private static final int SHORT_TEXT = 1000;

  private final ModelServers servers;
  private final TextModel model;
  private final TextEmbedder embedder;
  private final EmbeddingAnswer answer;
  private final String prefix;
  private final Calls calls;

  /**
   * Loads the model and its tokenizer.
   *
   * @throws ModelLoadException when the model is not of this kind
   */
  public EmbeddingTask(ModelServers servers, Executor workers) {
    ModelEntry entry = servers.entry();
    Settings settings =
        new Settings(
            entry,
            Stream.concat(
                    TextEmbedder.SETTINGS.stream(),
                    Stream.of(NORMALIZE, PREFIX, ANSWER, TextLimits.MAX_TEXTS))
                .toArray(String[]::new));
    this.servers = servers;
    this.answer = settings.choice(ANSWER, EmbeddingAnswer.VECTOR);
    this.prefix = settings.text(PREFIX, "");
    this.model = new TextModel(servers, settings);
    this.embedder = new TextEmbedder(model, settings, settings.flag(NORMALIZE, true));
    if (embedder.pooling() == Pooling.NONE && answer == EmbeddingAnswer.EMBEDDING) {
      throw settings.wrong(ANSWER, "vector, for tokens have one each with pooling: none");
    }
    this.calls = new Calls(entry.name(), workers);
    embedder.warmUp(calls);
  }

  @Override
  public TaskType type() {
    return TaskType.EMBEDDING;
  }

  @Override
  public Content content() {
    return Content.TEXT;
  }

  @Override
  public CompletionStage<TaskResult> submit(Object body, TaskCall call) {
    return body instanceof String text && text.length() <= SHORT_TEXT
        ? calls.startHere(() -> embed(body, call))
        : calls.start(() -> embed(body, call));
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

  private CompletionStage<TaskResult> embed(Object body, TaskCall call) {
    Bodies bodies = Bodies.of(body, "text to embed");
    List<String> texts = model.limits().read(bodies).stream().map(text -> prefix + text).toList();
    ModelRuns runs = new ModelRuns(call);
    return embedder
        .embed(texts, runs)
        .thenApply(
            embedded -> {
              List<Object> values = embedded.stream().map(this::valueOf).toList();
              return servers.result(bodies.answer(values), runs.usage(), details(embedded));
            });
  }

  private Object valueOf(EmbeddedText text) {
    if (embedder.pooling() == Pooling.NONE) {
      return text.vectors();
    }
    float[] vector = text.vector();
    return answer == EmbeddingAnswer.VECTOR
        ? vector
        : new Embedding(
            servers.entry().name() + "/" + servers.entry().version(),
            vector.length,
            text.tokens(),
            text.truncated(),
            vector);
  }

  /** What is worth telling of texts that were embedded together. */
  public static Map<String, Object> details(List<EmbeddedText> texts) {
    return Map.of(
        TextModel.TRUNCATED,
        texts.stream().anyMatch(EmbeddedText::truncated),
        TextModel.TOKENS,
        texts.stream().mapToInt(EmbeddedText::tokens).sum(),
        DIMENSIONS,
        texts.get(0).vector().length);
  }
}
