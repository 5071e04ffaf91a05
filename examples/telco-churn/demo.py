"""The demo: run and release the Telco churn workflow, serve the model, ask it about one customer, stop.

Run it with `make demo`, or with the Python of an environment in which Tenfold is installed.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import urllib.request
from pathlib import Path

HERE = Path(__file__).parent
CUSTOMER = {
    "customerID": "7590-VHVEG", "gender": "Female", "SeniorCitizen": "0", "Partner": "Yes", "Dependents": "No",
    "tenure": "1", "PhoneService": "No", "MultipleLines": "No phone service", "InternetService": "DSL",
    "OnlineSecurity": "No", "OnlineBackup": "Yes", "DeviceProtection": "No", "TechSupport": "No",
    "StreamingTV": "No", "StreamingMovies": "No", "Contract": "Month-to-month", "PaperlessBilling": "Yes",
    "PaymentMethod": "Electronic check", "MonthlyCharges": "29.85", "TotalCharges": "29.85",
}  # fmt: skip


def tenfold(*arguments: str) -> list[str]:
    """A command line that runs Tenfold with this very Python."""
    return [sys.executable, "-m", "tenfold", *arguments]


def ask(url: str) -> str:
    """One raw row over HTTP, as it stands in the source."""
    body = json.dumps({"records": [CUSTOMER]}).encode()
    request = urllib.request.Request(f"{url}/predict", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.dumps(json.load(answer), indent=2)


def main() -> int:
    """Ten steps, one answer."""
    ran = subprocess.run(tenfold("run", str(HERE / "workflow.yaml"), "--release"), check=False)
    if ran.returncode:
        return ran.returncode
    print("\nServing the released model, and asking it about one raw row:", flush=True)
    with subprocess.Popen(tenfold("serve", "telco-churn", "--port", "0"), stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            said = next(line for line in server.stdout if "http://" in line)
            print(ask(re.search(r"http://[^\s\"']+", said)[0].rstrip("/")))  # type: ignore[index]
        finally:
            server.terminate()
            server.wait(timeout=20)
    print("\nThe server is stopped. Try: .venv/bin/tenfold serve telco-churn   (then POST /predict, or open it)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
