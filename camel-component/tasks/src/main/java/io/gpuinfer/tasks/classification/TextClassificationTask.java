package io.gpuinfer.tasks.classification;

import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.Tensor;
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
import io.gpuinfer.tasks.text.TokenizedText;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.stream.Stream;

/**
 * A text in, the likeliest of the classes that a model tells apart out: BERT-like models with a
 * head that answers one number for each class.
 *
 * <p>The body is a text or a list of texts; the answer is a list of {@link Classification}, the
 * likeliest first, or a list of such lists in the order of the texts.
 *
 * <p>Files: {@code model}, {@code tokenizer} and, to call the classes by name, {@code labels}.
 * Settings: {@code labels} (in place of the file), {@code topK} (5), {@code activation} (auto),
 * {@code output} (the first), {@code longTexts} ({@code truncate} or {@code refuse}), {@code
 * limits.maxTokens} (512), {@code limits.maxCharacters} (of a text, a million), {@code
 * limits.maxTotalCharacters} (of all texts of a request, four million), {@code limits.maxTexts}
 * (1000), {@code buckets}.
 */
public final class TextClassificationTask implements Task {

  private final ModelServers servers;
  private final TextModel model;
  private final Ranking ranking;
  private final Calls calls;

  /**
   * Loads the model and its tokenizer.
   *
   * @throws ModelLoadException when the model is not of this kind, or its labels are not as many as
   *     its classes
   */
  TextClassificationTask(ModelServers servers, Executor workers) {
    ModelEntry entry = servers.entry();
    Settings settings = new Settings(entry, settings().toArray(String[]::new));
    this.servers = servers;
    this.ranking = Ranking.of(entry, settings);
    this.model = new TextModel(servers, settings);
    model.tokenizer().requireOneRow(settings);
    this.calls = new Calls(entry.name(), workers);
    model.warmUp(calls, (place, logits, row) -> ranking.of(scores(logits, row)));
  }

  /** The settings that it knows. */
  static Stream<String> settings() {
    return Stream.of(TextModel.SETTINGS, Ranking.SETTINGS, List.of(TextLimits.MAX_TEXTS))
        .flatMap(List::stream);
  }

  @Override
  public TaskType type() {
    return TaskType.CLASSIFICATION;
  }

  @Override
  public Content content() {
    return Content.TEXT;
  }

  @Override
  public CompletionStage<TaskResult> submit(Object body, TaskCall call) {
    return calls.start(() -> classify(body, call));
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

  private CompletionStage<TaskResult> classify(Object body, TaskCall call) {
    Bodies bodies = Bodies.of(body, "text to classify");
    List<TokenizedText> texts =
        model.limits().read(bodies).stream()
            .flatMap(
                text -> {
                  call.requireTime();
                  return model.tokenizer().rows(text).stream();
                })
            .toList();
    ModelRuns runs = new ModelRuns(call);
    List<List<Classification>> classes = new ArrayList<>(Collections.nCopies(texts.size(), null));
    return model
        .run(
            texts,
            runs,
            (place, logits, row) -> classes.set(place, ranking.of(scores(logits, row))))
        .thenApply(
            end -> servers.result(bodies.answer(classes), runs.usage(), TextModel.details(texts)));
  }

  private Tensor scores(Tensor logits, int row) {
    if (logits.rank() != 2 || logits.dim(1) < 2) {
      throw new ModelLoadException(
          "Output '%s' should be one number for each of several classes, of [texts, classes], but is %s"
              .formatted(model.output().name(), logits));
    }
    return logits.part(row * (int) logits.dim(1), logits.dim(1));
  }
}
