package io.gpuinfer.samples.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gpuinfer.samples.media.DemoMedia;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Sends one input to each task. */
final class DemoTasks {

  private static final String TEXT = "Where is the package I ordered?";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final SampleClient client;
  private final AnswerPrinter printer;
  private final DemoMedia media;

  DemoTasks(SampleClient client, AnswerPrinter printer, DemoMedia media) {
    this.client = client;
    this.printer = printer;
    this.media = media;
  }

  /**
   * Shows all of them.
   *
   * @param faces a photograph for the task that looks for faces; empty where there is no model for
   *     it
   */
  void run(Optional<Path> faces) throws IOException, InterruptedException {
    show("embedding", "\"" + TEXT + "\"", TEXT.getBytes(StandardCharsets.UTF_8));
    show(
        "rerank",
        "three documents",
        Map.of(
            "query",
            "When can I send something back?",
            "documents",
            List.of(
                "Bread rises because yeast turns sugar into gas.",
                "Goods may be returned within 30 days of purchase.",
                "The parcel was handed to your neighbour.")));
    Path headline = image();
    show("classification", headline);
    if (faces.isPresent()) {
      show("detection", faces.get());
    } else {
      printer.task("detection", "left out: the model and its photograph could not be fetched");
    }
    show("ocr", media.streetSign());
    show("video", media.clip());
    // [CLS] hello world [SEP]
    show(
        "tensor",
        "four tokens",
        Map.of(
            "inputs",
            List.of(
                tensor("input_ids", 101, 7592, 2088, 102),
                tensor("attention_mask", 1, 1, 1, 1),
                tensor("token_type_ids", 0, 0, 0, 0))));
    show(
        "kernel",
        "an option to buy, a million paths",
        Map.of(
            "spot",
            100,
            "strike",
            105,
            "rate",
            0.05,
            "volatility",
            0.2,
            "years",
            1,
            "items",
            1024,
            "pathsPerItem",
            1024,
            "seed",
            1));
  }

  private Path image() throws IOException, InterruptedException {
    Path headline = media.invoice().resolveSibling("headline.png");
    byte[] picture = client.performForFile("image", Files.readAllBytes(media.invoice()));
    Files.write(headline, picture);
    printer.task("image", "%s, cut and turned: %s".formatted(nameOf(media.invoice()), headline));
    return headline;
  }

  private void show(String task, Path file) throws IOException, InterruptedException {
    show(task, nameOf(file), Files.readAllBytes(file));
  }

  private void show(String task, String what, Map<String, Object> json)
      throws IOException, InterruptedException {
    show(task, what, JSON.writeValueAsString(json).getBytes(StandardCharsets.UTF_8));
  }

  private void show(String task, String what, byte[] body)
      throws IOException, InterruptedException {
    JsonNode answer = client.perform(task, body);
    printer.task(task, what);
    printer.taskAnswer(answer);
  }

  private static Map<String, Object> tensor(String name, Integer... numbers) {
    return Map.of(
        "name", name, "shape", List.of(1, numbers.length), "datatype", "INT64", "data", numbers);
  }

  private static String nameOf(Path file) {
    return file.getFileName().toString();
  }
}
