"""How people wish to be told, and what their clinics allow."""
