package io.gpuinfer.tasks.text;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.TensorInfo;
import io.gpuinfer.serving.ModelServer;
import io.gpuinfer.serving.Padding;
import io.gpuinfer.serving.Priority;
import io.gpuinfer.serving.repository.ModelEntry;
import io.gpuinfer.tasks.Calls;
import io.gpuinfer.tasks.ModelRuns;
import io.gpuinfer.tasks.ModelServers;
import io.gpuinfer.tasks.Settings;
import io.gpuinfer.tasks.TaskCall;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A model that reads word pieces, with its tokenizer. */
public final class TextModel {

  /** The detail of a result that tells whether a text was cut. */
  public static final String TRUNCATED = "Truncated";

  /** The detail that tells how many tokens the model read, special ones included. */
  public static final String TOKENS = "Tokens";

  private static final String BUCKETS = "buckets";
  private static final int MOST_BUCKETS = 64;

  /** The settings of every task for texts. */
  public static final List<String> SETTINGS =
      Stream.of(TextTokenizer.SETTINGS, TextLimits.SETTINGS, List.of(BUCKETS, Settings.OUTPUT))
          .flatMap(List::stream)
          .toList();

  /** The input of the word pieces. */
  public static final String IDS = "input_ids";

  static final String MASK = "attention_mask";
  static final String TYPES = "token_type_ids";

  /** The inputs that texts are made into; a model may lack all but the first. */
  public static final Set<String> KNOWN_INPUTS = Set.of(IDS, MASK, TYPES);

  /** The file of the tokenizer. */
  public static final String TOKENIZER = "tokenizer";

  /** What these may be of; nobody has as many word pieces as would need the larger. */
  public static final Set<DataType> ID_TYPES = Set.of(DataType.INT64, DataType.INT32);

  private final ModelServers servers;
  private final ModelServer server;
  private final TextTokenizer tokenizer;
  private final TextLimits limits;
  private final PaddedLength padded;
  private final Map<String, DataType> inputs;
  private final TensorInfo output;

  /**
   * Loads the model and its tokenizer, which is closed with the servers.
   *
   * @throws ModelLoadException when the model is not of this kind, or a file or setting is wrong
   */
  public TextModel(ModelServers servers, Settings settings) {
    ModelEntry entry = servers.entry();
    this.servers = servers;
    this.limits = TextLimits.of(settings);
    // Before the model, which takes longer to load.
    this.tokenizer = new TextTokenizer(entry.file(TOKENIZER), settings);
    servers.afterClose(tokenizer::close);
    this.padded =
        new PaddedLength(
            settings.ascending(BUCKETS, MOST_BUCKETS, 1, tokenizer.maxTokens()),
            tokenizer.maxTokens());
    this.server =
        servers.serveBatches(
            ModelEntry.MODEL, entry.file(ModelEntry.MODEL), new Padding(TextBatch.TOKENS));
    this.inputs = inputsOf(server);
    this.output = settings.output(server.describe().outputs());
  }

  /** Whether a model of such inputs reads word pieces. */
  public static boolean reads(List<TensorInfo> inputs) {
    return inputs.stream().anyMatch(input -> input.name().equals(IDS));
  }

  /** What is worth telling of rows that ran together. */
  public static Map<String, Object> details(List<TokenizedText> rows) {
    return Map.of(
        TRUNCATED,
        rows.stream().anyMatch(TokenizedText::truncated),
        TOKENS,
        rows.stream().mapToInt(TokenizedText::length).sum());
  }

  public TextLimits limits() {
    return limits;
  }

  public TextTokenizer tokenizer() {
    return tokenizer;
  }

  /** What the model says of the output that is read. */
  public TensorInfo output() {
    return output;
  }

  /**
   * Has the model run on rows, those of like length together.
   *
   * @param reader is given each row's answer, in any order
   * @return completes when all rows were read
   */
  public CompletableFuture<Void> run(List<TokenizedText> rows, ModelRuns runs, RowReader reader) {
    // Batch after batch: all at once, a long list would fill the queue by itself.
    return Calls.inTurn(
        TextBatch.of(rows, servers.options().maxBatchSize(), padded),
        batch ->
            runs.run(server, inputs(batch))
                .thenAccept(
                    outputs -> {
                      Tensor answers = floats(outputs.get(output.name()));
                      for (int row = 0; row < batch.texts().size(); row++) {
                        reader.read(batch.places().get(row), answers, row);
                      }
                    }));
  }

  /**
   * Runs the model once where the options say so, on a row that a tokenizer of another model would
   * make too.
   *
   * @throws ModelLoadException when the model has no place for a piece of the tokenizer
   */
  public void warmUp(Calls calls, RowReader reader) {
    if (!servers.options().warmup()) {
      return;
    }
    ModelRuns runs = new ModelRuns(TaskCall.of(Priority.HIGH));
    try {
      calls.await(() -> run(List.of(tokenizer.lastPiece()), runs, reader));
    } catch (InvalidInputException e) {
      throw new ModelLoadException(
          "Model %s does not take the last word piece of %s; is it the tokenizer of another model? %s"
              .formatted(server.name(), tokenizer, e.getMessage()),
          e);
    }
  }

  private Map<String, Tensor> inputs(TextBatch batch) {
    Map<String, Tensor> tensors = new HashMap<>(batch.inputs());
    tensors.keySet().retainAll(inputs.keySet());
    tensors.replaceAll(
        (name, tensor) -> inputs.get(name) == DataType.INT32 ? narrowed(tensor) : tensor);
    return tensors;
  }

  private static Tensor narrowed(Tensor longs) {
    int[] ints = Arrays.stream(longs.toLongArray()).mapToInt(Math::toIntExact).toArray();
    return Tensor.wrap(ints, longs.dim(0), longs.dim(1));
  }

  private Tensor floats(Tensor answers) {
    if (answers == null || !answers.type().isFloat() || answers.rank() == 0) {
      throw new ModelLoadException(
          "Output '%s' of %s should be floats, with the texts as axis 0, but is %s"
              .formatted(output.name(), server.name(), answers));
    }
    return answers.toFloat32();
  }

  private static Map<String, DataType> inputsOf(ModelServer server) {
    List<TensorInfo> infos = server.describe().inputs();
    Map<String, DataType> types =
        infos.stream().collect(Collectors.toMap(TensorInfo::name, TensorInfo::type));
    if (!types.containsKey(IDS)
        || !KNOWN_INPUTS.containsAll(types.keySet())
        || !ID_TYPES.containsAll(types.values())) {
      throw new ModelLoadException(
          "A model for texts reads input_ids, and maybe attention_mask and token_type_ids, all of"
              + " INT64 or INT32, but %s reads %s".formatted(server.name(), infos));
    }
    return types;
  }
}
