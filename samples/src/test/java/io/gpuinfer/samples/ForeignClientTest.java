package io.gpuinfer.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;

/**
 * The application as a client hears it that nobody here has written: OpenAPI Generator makes it of
 * the protocol's published description.
 */
class ForeignClientTest extends ApplicationTest {

  private static final Path DESCRIPTION =
      Path.of(
          System.getProperty(
              "open-inference.description", "../../shared/specs/open_inference_rest.yaml"));

  private static final Path GENERATOR =
      Path.of(System.getProperty("gpu-infer.test-data", "../.test-data"))
          .resolve("openapi-generator-cli.jar");

  private static final String MODEL = "minilm-tensors";

  private static final String REQUEST =
      """
      {"inputs": [
        {"name": "input_ids", "shape": [1, 4], "datatype": "INT64", "data": [101, 7592, 2088, 102]},
        {"name": "attention_mask", "shape": [1, 4], "datatype": "INT64", "data": [1, 1, 1, 1]},
        {"name": "token_type_ids", "shape": [1, 4], "datatype": "INT64", "data": [0, 0, 0, 0]}]}
      """;

  /** All that is said to the client; what it hears comes back as JSON. */
  private static final String CONVERSATION =
      """
      import java.util.*;
      import org.openapitools.client.*;
      import org.openapitools.client.api.DefaultApi;
      import org.openapitools.client.model.*;

      public final class Conversation {
        public static String hold(String address, String model) throws Exception {
          ApiClient client = new ApiClient();
          client.updateBaseUri(address);
          DefaultApi api = new DefaultApi(client);
          Map<String, Object> heard = new LinkedHashMap<>();
          api.getV2HealthLive();
          api.getV2HealthReady();
          api.getV2ModelsModelNameVersionsModelVersionReady(model, "1");
          heard.put("server", api.getV2());
          heard.put("model", api.getV2ModelsModelNameVersionsModelVersion(model, "1"));
          InferenceRequest request =
              new InferenceRequest()
                  .addInputsItem(input("input_ids", 101, 7592, 2088, 102))
                  .addInputsItem(input("attention_mask", 1, 1, 1, 1))
                  .addInputsItem(input("token_type_ids", 0, 0, 0, 0));
          heard.put(
              "answer", api.postV2ModelsMODELNAMEVersionsMODELVERSIONInfer(model, "1", request));
          try {
            api.postV2ModelsMODELNAMEVersionsMODELVERSIONInfer("nothing", "1", request);
          } catch (ApiException failure) {
            heard.put("status", failure.getCode());
            heard.put(
                "failure",
                client
                    .getObjectMapper()
                    .readValue(failure.getResponseBody(), InferenceErrorResponse.class));
          }
          return client.getObjectMapper().writeValueAsString(heard);
        }

        private static RequestInput input(String name, Object... data) {
          return new RequestInput()
              .name(name).datatype("INT64").shape(List.of(1, data.length)).data(List.of(data));
        }
      }
      """;

  @Autowired private ProducerTemplate routes;

  @Test
  void givesTheNumbersOfTheRoute(@TempDir Path folder) throws Exception {
    assumeTrue(
        Files.exists(DESCRIPTION) && Files.exists(GENERATOR),
        "the protocol's description and OpenAPI Generator");
    generate(folder);
    Files.writeString(folder.resolve("Conversation.java"), CONVERSATION);
    Path classes = compile(folder);
    JsonNode own = json.readTree(routes.requestBody("direct:" + MODEL, REQUEST, String.class));

    JsonNode heard;
    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {classes.toUri().toURL()}, getClass().getClassLoader())) {
      heard =
          json.readTree(
              (String)
                  loader
                      .loadClass("Conversation")
                      .getMethod("hold", String.class, String.class)
                      .invoke(null, http.getRootUri(), MODEL));
    }

    assertThat(heard.at("/server/name").asText()).isEqualTo("gpu-infer");
    assertThat(heard.at("/model/name").asText()).isEqualTo(MODEL);
    assertThat(heard.at("/model/inputs")).hasSize(3);
    assertThat(heard.at("/model/outputs/0/shape").toString()).isEqualTo("[-1,-1,384]");
    assertThat(heard.at("/answer/model_version").asText()).isEqualTo("1");
    assertThat(heard.at("/answer/outputs/0/data")).hasSize(4 * 384);
    assertThat(heard.at("/answer/outputs/0/data")).isEqualTo(own.at("/outputs/0/data"));
    assertThat(heard.at("/status").asInt()).isEqualTo(404);
    assertThat(heard.at("/failure/error").asText()).contains("nothing", MODEL);
  }

  /** Its sources, for the JDK's own HTTP client, in the folder. */
  private static void generate(Path folder) throws Exception {
    // The description writes $ before each variable of a path, which would be a part of the path.
    Path description =
        Files.writeString(
            folder.resolve("description.yaml"), Files.readString(DESCRIPTION).replace("${", "{"));
    Path log = folder.resolve("log");
    Process generator =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                GENERATOR.toAbsolutePath().toString(),
                "generate",
                "--input-spec=" + description,
                "--generator-name=java",
                "--library=native",
                "--output=" + folder.resolve("client"),
                "--additional-properties=openApiNullable=false,useJakartaEe=true",
                "--global-property=apis,models,supportingFiles,apiDocs=false,modelDocs=false,"
                    + "apiTests=false,modelTests=false",
                // It cannot write lists that hold lists of themselves.
                "--schema-mappings=tensor_data_inner=Object")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      assertThat(generator.waitFor(2, TimeUnit.MINUTES)).isTrue();
    } finally {
      generator.destroyForcibly();
    }
    assertThat(generator.exitValue()).as(Files.readString(log)).isZero();
  }

  /** The classes of all sources in a folder. */
  private static Path compile(Path folder) throws IOException {
    Path classes = Files.createDirectory(folder.resolve("classes"));
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter errors = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null);
        Stream<Path> found = Files.walk(folder)) {
      List<Path> sources = found.filter(file -> file.toString().endsWith(".java")).toList();
      List<String> options =
          List.of(
              "-proc:none",
              "-nowarn",
              "-classpath",
              System.getProperty("java.class.path"),
              "-d",
              classes.toString());
      boolean compiled =
          compiler
              .getTask(
                  errors, files, null, options, null, files.getJavaFileObjectsFromPaths(sources))
              .call();
      assertThat(compiled).as(errors.toString()).isTrue();
    }
    return classes;
  }
}
