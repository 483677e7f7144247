package io.gpuinfer.samples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.gpuinfer.component.ModelStatus;
import io.gpuinfer.serving.ServerState;
import io.gpuinfer.serving.version.ChangeFailure;
import io.gpuinfer.serving.version.ChangePhase;
import io.gpuinfer.serving.version.VersionChange;
import io.gpuinfer.serving.version.VersionStatus;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The answer of a control endpoint, as a route that marshals it sends it on. */
class ModelStatusJsonTest {

  @Test
  void needsNoModuleOfTheLibrary() throws Exception {
    VersionStatus versions =
        new VersionStatus(
            "2",
            null,
            3,
            List.of("1"),
            new VersionChange("3", ChangePhase.LOADING, 5),
            new ChangeFailure("4", "damaged", 6));
    ModelStatus status =
        new ModelStatus(
            "net",
            List.of("1", "2"),
            List.of(new ModelStatus.Serving("gpu", "TENSOR", ServerState.STABLE, false, versions)));
    ObjectMapper json = new ObjectMapper();

    assertThat(json.readTree(json.writeValueAsString(status)))
        .isEqualTo(
            json.readTree(
                """
                {"model": "net", "available": ["1", "2"], "serving": [{
                  "device": "gpu", "task": "TENSOR", "state": "STABLE", "pinned": false,
                  "versions": {"served": "2", "previous": null, "leases": 3, "draining": ["1"],
                    "change": {"version": "3", "phase": "LOADING", "sinceEpochMillis": 5},
                    "lastFailure": {"version": "4", "reason": "damaged", "epochMillis": 6}}}]}
                """));
  }
}
