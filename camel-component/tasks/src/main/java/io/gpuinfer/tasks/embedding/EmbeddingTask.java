package io.gpuinfer.tasks.embedding;

import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.TensorInfo;
import io.gpuinfer.serving.ModelServer;
import io.gpuinfer.serving.Padding;
import io.gpuinfer.serving.Priority;
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
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Text in, a vector out: the sentence embedding of BERT-like models (Reimers and Gurevych,
 * "Sentence-BERT", 2019).
 *
 * <p>The body is a text or a list of texts; the answer is a {@code float[]} or a list of them in
 * the same order. Texts longer than {@code limits.maxTokens} word pieces are cut, and the answer
 * says so.
 *
 * <p>Settings: {@code pooling} ({@code mean}, {@code cls} or {@code max}), {@code prefix} (put
 * before each text, as the models of the E5 family want it), {@code limits.maxTokens} (512), {@code
 * normalize} (to unit length, true), {@code output} (which output to pool; the first).
 */
public final class EmbeddingTask implements Task {

  /** The detail of a result that tells whether a text was cut. */
  public static final String TRUNCATED = "Truncated";

  /** The detail that tells how many tokens all texts had, special ones included. */
  public static final String TOKENS = "Tokens";

  /** The detail that tells how many numbers a vector has. */
  public static final String DIMENSIONS = "Dimensions";

  /** What it can be told. */
  static final List<String> SETTINGS =
      List.of("pooling", "prefix", "limits.maxTokens", "normalize", "output");

  private static final Set<String> KNOWN_INPUTS =
      Set.of(TextBatch.IDS, TextBatch.MASK, TextBatch.TYPES);

  /** Characters that are cut into word pieces sooner than a worker could begin to. */
  private static final int SHORT_TEXT = 1000;

  private final ModelServers servers;
  private final ModelServer server;
  private final TextTokenizer tokenizer;
  private final Set<String> inputs;
  private final String output;
  private final Pooling pooling;
  private final boolean normalize;
  private final String prefix;
  private final int maxLength;
  private final Calls calls;

  /**
   * Loads the model and its tokenizer.
   *
   * @throws ModelLoadException when the model is not of this kind
   */
  public EmbeddingTask(ModelServers servers, Executor workers) {
    this(servers, workers, new Settings(servers.entry(), SETTINGS.toArray(String[]::new)));
  }

  EmbeddingTask(ModelServers servers, Executor workers, Settings settings) {
    ModelEntry entry = servers.entry();
    this.servers = servers;
    this.pooling = settings.choice("pooling", Pooling.MEAN);
    this.normalize = settings.flag("normalize", true);
    this.prefix = settings.text("prefix", "");
    this.maxLength = settings.integer("limits.maxTokens", 512, 2, 1 << 16);
    this.server =
        servers.serveBatches(
            ModelEntry.MODEL, entry.file(ModelEntry.MODEL), new Padding(TextBatch.TOKENS));
    this.inputs = inputsOf(server);
    this.output = settings.text("output", server.describe().outputs().get(0).name());
    this.tokenizer = new TextTokenizer(entry.file("tokenizer"), maxLength);
    this.calls = new Calls(entry.name(), workers);
    if (servers.options().warmup()) {
      calls.await(() -> embed("", TaskCall.of(Priority.HIGH)));
    }
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
    tokenizer.close();
  }

  private CompletionStage<TaskResult> embed(Object body, TaskCall call) {
    List<TokenizedText> texts =
        textsOf(body).stream().map(text -> tokenizer.tokenize(prefix + text)).toList();
    boolean truncated = texts.stream().anyMatch(TokenizedText::truncated);
    float[][] vectors = new float[texts.size()][];
    ModelRuns runs = new ModelRuns(call);
    // Batch after batch: all at once, a long list would fill the queue by itself.
    return Calls.inTurn(
            TextBatch.of(texts, servers.options().maxBatchSize(), maxLength),
            batch ->
                runs.run(server, inputs(batch))
                    .thenAccept(outputs -> collect(batch, outputs.get(output), vectors)))
        .thenApply(
            end -> {
              Object value = body instanceof List ? List.of(vectors) : vectors[0];
              int tokens = texts.stream().mapToInt(TokenizedText::length).sum();
              return servers.result(
                  value,
                  runs.usage(),
                  Map.of(TRUNCATED, truncated, TOKENS, tokens, DIMENSIONS, vectors[0].length));
            });
  }

  private Map<String, Tensor> inputs(TextBatch batch) {
    Map<String, Tensor> tensors = new HashMap<>(batch.inputs());
    tensors.keySet().retainAll(inputs);
    return tensors;
  }

  private void collect(TextBatch batch, Tensor hidden, float[][] vectors) {
    if (hidden == null || !hidden.type().isFloat() || hidden.rank() != 3) {
      throw new ModelLoadException(
          "Output '%s' of %s should be floats of [texts, tokens, width], but is %s"
              .formatted(output, server.name(), hidden));
    }
    Tensor floats = hidden.toFloat32();
    for (int row = 0; row < batch.texts().size(); row++) {
      float[] vector = pooling.pool(floats, row, batch.texts().get(row).length());
      vectors[batch.places().get(row)] = normalize ? unit(vector) : vector;
    }
  }

  private static float[] unit(float[] vector) {
    double sum = 0;
    for (float x : vector) {
      sum += (double) x * x;
    }
    double length = Math.sqrt(sum);
    for (int i = 0; i < vector.length && length > 0; i++) {
      vector[i] = (float) (vector[i] / length);
    }
    return vector;
  }

  private static List<String> textsOf(Object body) {
    List<?> texts = body instanceof List<?> list ? list : Arrays.asList(body);
    if (texts.isEmpty()) {
      throw new InvalidInputException("There is no text to embed: the list is empty");
    }
    for (Object text : texts) {
      if (!(text instanceof String)) {
        throw new InvalidInputException(
            "An embedding task takes a text or a list of texts, not " + Content.nameOf(text));
      }
    }
    return texts.stream().map(String.class::cast).toList();
  }

  private static Set<String> inputsOf(ModelServer server) {
    List<String> names = server.describe().inputs().stream().map(TensorInfo::name).toList();
    if (!names.contains(TextBatch.IDS) || !KNOWN_INPUTS.containsAll(names)) {
      throw new ModelLoadException(
          "An embedding model reads input_ids, and maybe attention_mask and token_type_ids, but %s"
                  .formatted(server.name())
              + " reads "
              + names);
    }
    return Set.copyOf(names);
  }
}
